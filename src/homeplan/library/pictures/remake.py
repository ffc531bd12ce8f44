"""Reads a picture and makes a small WebP file of it, in a process of its own with limits of time and memory.

python -m homeplan.library.pictures.remake TYPE BYTES < PICTURE > RESULT

BYTES is the most that the file may have. The result is width and height (4 bytes each, big-endian) and the file.
What is refused ends with one of `REFUSALS` as the exit code. Only this process imports Pillow.
"""

import resource
import struct
import sys
from io import BytesIO
from typing import TYPE_CHECKING

from homeplan.library.pictures.model import (
    LARGEST_SENT,
    MOST_PIXELS,
    SMALLEST_SIDE,
    BrokenPicture,
    PictureSize,
)
from homeplan.library.pictures.rules import PictureType

if TYPE_CHECKING:
    from PIL import Image

HEAD = struct.Struct(">II")
REFUSALS: dict[int, type[BrokenPicture | PictureSize]] = {3: BrokenPicture, 4: PictureSize}

MEMORY = 640 * 1024 * 1024
"""Bytes of address space."""
SECONDS = 15
"""Processor time."""
OPEN_FILES = 32

SIDES = (1280, 960, 720, 540, 400, 280)
"""Pixels of the longer side, from the best picture to one that is small enough."""
QUALITIES = (82, 70, 55, 40)


def confine() -> None:
    """Limit this process: time, memory, no file written, no dump of its memory."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(limit, (most, most))


def remake(content: bytes, kind: PictureType, most: int) -> tuple[int, int, bytes]:
    """Width, height and the WebP file of a picture, upright, of at most `most` bytes, without metadata. Raises
    BrokenPicture and PictureSize."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # judged here, before anything is decoded
    try:
        with Image.open(BytesIO(content), formats=[kind]) as opened:
            if opened.width * opened.height > MOST_PIXELS or min(opened.size) < SMALLEST_SIDE:
                raise PictureSize
            opened.draft("RGB", (2 * SIDES[0], 2 * SIDES[0]))  # a JPEG is decoded at half the size or less
            opened.load()
            upright = _upright(opened)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, KeyError, IndexError, TypeError) as failed:
        raise BrokenPicture from failed
    return _small_enough(upright, most)


def _upright(opened: "Image.Image") -> "Image.Image":
    """The picture on white ground, turned as the camera was held."""
    from PIL import Image, ImageOps

    has_alpha = opened.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in opened.info
    image = opened.convert("RGBA" if has_alpha else "RGB")
    image.thumbnail((SIDES[0], SIDES[0]))
    image = ImageOps.exif_transpose(image)
    if not has_alpha:
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _small_enough(image: "Image.Image", most: int) -> tuple[int, int, bytes]:
    for side in SIDES:
        image.thumbnail((side, side))
        for quality in QUALITIES:
            made = BytesIO()
            image.save(made, "WEBP", quality=quality, method=4, exif=b"", xmp=b"", icc_profile=b"")
            if made.tell() <= most:
                return image.width, image.height, made.getvalue()
    raise PictureSize


def main(kind: PictureType, most: int) -> int:
    """Read the picture from standard input; the exit code is 0 or one of `REFUSALS`."""
    confine()
    content = sys.stdin.buffer.read(LARGEST_SENT)
    try:
        width, height, made = remake(content, kind, most)
    except MemoryError:
        return 4
    except tuple(REFUSALS.values()) as refused:
        return next(code for code, kind in REFUSALS.items() if isinstance(refused, kind))
    sys.stdout.buffer.write(HEAD.pack(width, height) + made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))  # type: ignore[arg-type]  # of prepare.py
