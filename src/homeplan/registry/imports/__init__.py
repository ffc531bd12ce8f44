"""Patients from a CSV file: previewed, imported once, and taken back."""
