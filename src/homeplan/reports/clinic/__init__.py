"""The clinic report: adherence, response per session and outcomes over all patients, with denominators."""
