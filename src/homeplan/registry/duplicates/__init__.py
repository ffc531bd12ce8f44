"""Records that may be of one person, and merging one into another."""
