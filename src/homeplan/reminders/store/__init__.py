"""The tables of reminders, one module per noun: reminders with their settings, the queue, its planning, occurrences."""
