"""The clinic's register of patients as a whole: imports, duplicates, archive, caseloads."""
