"""Parts of bench/failover.py."""
