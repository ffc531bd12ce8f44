"""Visits of a patient to the clinic: planned, past, moved and cancelled."""
