"""The fixed texts of notices to staff, without names and words of health."""

from importlib.resources import files

import msgspec

from homeplan.delivery.model import StaffText
from homeplan.values import Text


class FixedText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Title and body of a notification; subject and first lines of a mail."""

    title: Text
    body: Text


STAFF_TEXTS = msgspec.json.decode(
    files("homeplan.delivery.staff").joinpath("texts.json").read_bytes(), type=dict[StaffText, FixedText]
)

CONSOLE = "/console/"
"""The page that a notice opens. It is public, and asks for what it shows from the same site, so strict cookies go."""
