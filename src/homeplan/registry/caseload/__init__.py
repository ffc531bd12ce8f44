"""Caseloads: moving one to a colleague, covers for some days, and the archive."""
