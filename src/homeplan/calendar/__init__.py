"""The patient's calendar: a private link that a calendar program reads, with reminders and visits."""
