"""A picture that a clinic gives to one of its own items, and the errors in sending one."""

from typing import Annotated

from msgspec import Meta

from homeplan.errors import Invalid, Problem
from homeplan.values import Id, Value

LARGEST_SENT = 8 * 1024 * 1024
"""Bytes of a picture as it is sent."""

LARGEST_KEPT = 60_000
"""Bytes of a picture as it is kept and loaded by a phone."""

LARGEST_LOGO = 30_000
"""Bytes of a clinic's logo as it is kept."""

MOST_PIXELS = 25_000_000
SMALLEST_SIDE = 64
"""Pixels of the shorter side as it is sent."""

MEDIA_TYPE = "image/webp"
"""The type of every picture that is kept."""


class NewPicture(Value, frozen=True, kw_only=True):
    """A JPEG, PNG or WebP file, under an id that the form made."""

    id: Id
    content: Annotated[bytes, Meta(min_length=1, max_length=LARGEST_SENT)]
    """The file in base64; at most 8 MiB before that."""


class Picture(Value, frozen=True, kw_only=True):
    """A picture as it is kept: a WebP file without metadata."""

    id: Id
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    size: int
    """Bytes."""


class Remade(Value, frozen=True, kw_only=True):
    """The WebP file that was made of a picture."""

    width: int
    height: int
    content: bytes


class WrongPictureType(Invalid):
    """This is not a JPEG, PNG or WebP picture. Export it as one of these and choose it again."""

    code = "picture-type"


class BrokenPicture(Invalid):
    """This picture cannot be read to its end. Open it on your computer, save it again, and choose that file."""

    code = "picture-broken"


class MixedPicture(Invalid):
    """This file has something else behind the picture. Save the picture again, and choose that file."""

    code = "picture-mixed"


class PictureSize(Invalid):
    """This picture has too many pixels or too few: at most 25 million, and 64 on the shorter side."""

    code = "picture-size"


class PicturesBusy(Problem):
    """The picture could not be prepared in time. Try again in a moment."""

    status = 503
    code = "picture-busy"
    retry_s = 5
