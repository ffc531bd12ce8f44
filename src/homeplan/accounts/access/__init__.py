"""Access after a restore: the database comes from a backup, and nobody gets back in who was kept out since."""
