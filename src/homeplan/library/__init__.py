"""Exercises, activity advice, education topics and program templates; their review by the clinic's therapists."""
