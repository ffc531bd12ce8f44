"""Parts of bench/reach.py: the services outside with their faults, the workers that are killed, and what is judged."""
