"""Notes of staff about a patient, for colleagues; an edit keeps the versions before."""
