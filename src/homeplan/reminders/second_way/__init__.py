"""The second way of reminders: a mail or a text message in place of a push that was not shown in time."""
