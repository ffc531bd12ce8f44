"""The scene of the reminder tests, with its patient's phone."""

from tests.reminders.conftest import scene

__all__ = ["scene"]
