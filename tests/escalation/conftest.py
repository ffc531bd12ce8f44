"""The clinic of these tests."""

from tests.escalation.scene import channels, ladder

__all__ = ["channels", "ladder"]
