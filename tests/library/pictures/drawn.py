"""Pictures as cameras, programs and attackers make them. Only tests hold Pillow in their own process."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

PLACE = b"51.5007 N 0.1246 W"
"""Stands for the place where a photo was made."""


def drawn(kind: str = "JPEG", size: tuple[int, int] = (1600, 1200), mode: str = "RGB", **options: Any) -> bytes:
    """A picture, red on its left half."""
    image = Image.new("RGBA", size, (0, 0, 0, 0) if mode == "RGBA" else "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    image = image.convert(mode)
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def noisy(size: tuple[int, int] = (4000, 3000)) -> bytes:
    """A photo that compresses as badly as any."""
    made = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(made, "JPEG", quality=70)
    return made.getvalue()


def photo(orientation: int = 1) -> bytes:
    """A photo with the place and the camera in its metadata, turned by 90 degrees for 6."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, PLACE.decode()
    return drawn(exif=exif, comment=PLACE)


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("run.js", "alert(1)")
    return made.getvalue()


def bomb(side: int = 50_000) -> bytes:
    """A PNG of some kilobytes that claims, and has, 2.5 thousand million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    lines = zlib.compress(bytes(side // 8 + 1) * 2000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=["WEBP"])
