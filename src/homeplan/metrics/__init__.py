"""Figures for the operator: /metrics, the heartbeat of the workers, the nightly check of the file."""
