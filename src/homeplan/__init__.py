"""homeplan: individualized home programs after dry needling, daily check-ins, and reminders that arrive."""

__version__ = "0.1.0"
