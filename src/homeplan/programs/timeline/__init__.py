"""What is on, when: pure functions from programs, needling sessions and logs to lists, segments and judged days."""
