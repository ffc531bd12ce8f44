"""The parts of the clinical vectors: each module judges the vignettes of its part, or the courses, or the sweeps.

A part has a function `wrongs(given, expect)` that puts a vignette's input to the product and returns what differs from
what is expected; an empty list means that it is right. `PARTS` of bench/clinical.py names them. None knows an id of a
vignette.
"""
