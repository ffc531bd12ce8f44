"""Backups of the SQLite database: copies beside the running service, their check, and the restore from one."""
