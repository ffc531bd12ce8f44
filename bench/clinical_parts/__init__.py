"""The parts of the clinical vectors: one module per part turns a vignette's input into calls of the product."""
