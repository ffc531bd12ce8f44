"""Contact between the clinic and a patient: telephone numbers, the log of contacts, visits."""
