"""Telephone numbers of a patient: their own and that of one emergency contact."""
