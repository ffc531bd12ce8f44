"""Notices to staff: each member's channels, addresses and quiet hours. Other features call `staff.actions`."""
