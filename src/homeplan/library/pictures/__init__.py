"""Pictures for own items: checked, made small in a process with limits, kept in the database, served."""
