"""Changes of needling: one module per noun."""
