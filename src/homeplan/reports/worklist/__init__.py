"""The worklist: who needs a human, and why, the most urgent first."""
