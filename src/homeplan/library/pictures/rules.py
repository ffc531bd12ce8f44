"""The type of a picture by its first bytes, and where its file ends. Pure."""

from typing import Literal

from homeplan.library.pictures.model import BrokenPicture, MixedPicture, WrongPictureType

PictureType = Literal["JPEG", "PNG", "WEBP"]

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_SCAN, _END = 0xDA, 0xD9
_ALONE = (0x01, *range(0xD0, 0xD8))
"""JPEG markers without a length: restarts, and one for private use."""


def judge(content: bytes) -> PictureType:
    """The type of the file. Raises WrongPictureType, BrokenPicture when it ends too early, and MixedPicture when
    something follows the picture that no camera adds: a file of two kinds at once."""
    kind = _kind(content)
    ends = {"JPEG": _jpeg_end, "PNG": _png_end, "WEBP": _webp_end}[kind]
    try:
        end = ends(content)
    except IndexError:
        raise BrokenPicture from None
    if end > len(content):
        raise BrokenPicture
    rest = content[end:].lstrip(b"\x00")
    if rest and not (kind == "JPEG" and _is_of_camera(rest)):
        raise MixedPicture
    return kind


def _kind(content: bytes) -> PictureType:
    if content.startswith(_JPEG):
        return "JPEG"
    if content.startswith(_PNG):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    raise WrongPictureType


def _is_of_camera(rest: bytes) -> bool:
    """Whether phones put it behind a JPEG: a smaller picture, a short film, a note of the camera. It is not kept."""
    return rest.startswith(_JPEG) or b"ftyp" in rest[:8] or rest.endswith(b"SEFT")


def _png_end(content: bytes) -> int:
    at = len(_PNG)
    while True:
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if len(name) < 4:
            raise IndexError
        at += length + 12
        if name == b"IEND":
            return at


def _webp_end(content: bytes) -> int:
    return int.from_bytes(content[4:8], "little") + 8


def _jpeg_end(content: bytes) -> int:
    """The byte after the end marker: segments carry their length, a scan goes on until the next marker."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise IndexError
        while content[at] == 0xFF:
            at += 1
        marker = content[at]
        at += 1
        if marker == _END:
            return at
        if marker in _ALONE:
            continue
        at += int.from_bytes(content[at : at + 2])
        if marker == _SCAN:
            at = _after_scan(content, at)


def _after_scan(content: bytes, at: int) -> int:
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise IndexError
        if content[at + 1] not in (0x00, *_ALONE):
            return at
        at += 2
