"""Numbers of the alert rules that a clinic, or a therapist for one patient, changed within clinical limits."""
