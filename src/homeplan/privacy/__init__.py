"""Patients' decisions about their own data: to take it with them, or to leave."""
