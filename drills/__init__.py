"""Programs that break something on purpose and check what must hold; docs/operations/drills.md explains them."""
