"""CSV files of a patient or of the whole clinic, with a data dictionary."""
