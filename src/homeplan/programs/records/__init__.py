"""Checks what is recorded: steps of an episode of care, needling sessions, exercise logs. Pure."""
