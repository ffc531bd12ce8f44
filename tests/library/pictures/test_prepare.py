"""Files that claim to be pictures, sound and unsound ones. Each goes through the process that the server starts."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from homeplan.errors import Problem
from homeplan.library.pictures import prepare as preparing
from homeplan.library.pictures.model import (
    LARGEST_KEPT,
    BrokenPicture,
    MixedPicture,
    NewPicture,
    PicturesBusy,
    PictureSize,
    Remade,
    WrongPictureType,
)
from homeplan.library.pictures.prepare import prepare
from tests.library.pictures.drawn import PLACE, archive, bomb, drawn, noisy, opened, photo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


async def made_of(content: bytes) -> Remade:
    return await prepare(NewPicture(id="p", content=content))


@pytest.mark.parametrize(
    "content",
    [drawn("JPEG"), drawn("JPEG", progressive=True), drawn("PNG"), drawn("PNG", mode="P"), drawn("WEBP")],
    ids=["jpeg", "progressive", "png", "palette", "webp"],
)
async def test_a_picture_becomes_a_small_webp_file(content: bytes) -> None:
    made = await made_of(content)
    assert (made.width, made.height) == opened(made.content).size == (1280, 960)
    assert len(made.content) <= LARGEST_KEPT


async def test_a_photo_that_compresses_badly_is_small_enough_too() -> None:
    made = await made_of(noisy())
    assert len(made.content) <= LARGEST_KEPT
    assert made.width >= 400


async def test_what_can_be_seen_through_is_on_white_ground() -> None:
    image = opened((await made_of(drawn("PNG", mode="RGBA"))).content)
    assert image.mode == "RGB"
    assert image.getpixel((1200, 500)) == pytest.approx((255, 255, 255), abs=4)


async def test_a_photo_is_turned_upright_and_tells_no_place() -> None:
    source = photo(orientation=6)
    assert PLACE in source
    made = await made_of(source)
    image = opened(made.content)
    assert (made.width, made.height) == (960, 1280)
    assert image.getpixel((480, 100)) == pytest.approx((254, 0, 0), abs=12)  # the left half is on top now
    assert PLACE not in made.content
    assert not image.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & image.info.keys()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (SVG, WrongPictureType),
        (b"GIF89a" + bytes(40), WrongPictureType),
        (b"<html>", WrongPictureType),
        (drawn("PNG") + archive(), MixedPicture),
        (drawn("WEBP") + b"<script>alert(1)</script>", MixedPicture),
        (drawn("JPEG") + archive(), MixedPicture),
        (drawn("JPEG")[:-400], BrokenPicture),
        (drawn("PNG")[:-20], BrokenPicture),
        (drawn("WEBP")[:-20], BrokenPicture),
        (b"\xff\xd8\xff\xe0", BrokenPicture),
        (b"\x89PNG\r\n\x1a\n" + drawn("JPEG"), BrokenPicture),
        (b"RIFF" + (20).to_bytes(4, "little") + b"WEBPVP8 " + bytes(12), BrokenPicture),
        (bomb(), PictureSize),
        (bomb(5_001), PictureSize),
        (drawn("PNG", size=(40, 400)), PictureSize),
    ],
    ids=[
        *("svg", "gif", "html", "png and zip", "webp and script", "jpeg and zip", "cut jpeg", "cut png", "cut webp"),
        *("head only", "jpeg called png", "empty webp", "bomb", "a line too many", "too small"),
    ],
)
async def test_what_is_no_sound_picture_is_refused_with_a_sentence(content: bytes, refusal: type[Problem]) -> None:
    with pytest.raises(refusal) as refused:
        await made_of(content)
    assert str(refused.value).endswith(".")


async def test_what_phones_put_behind_a_photo_is_dropped() -> None:
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(400)
    assert b"ftyp" not in (await made_of(photo() + film)).content
    assert (await made_of(photo() + photo())).width == 1280


async def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "LONGEST_S", 0.001)
    with pytest.raises(PicturesBusy):
        await made_of(drawn())
    monkeypatch.undo()
    assert (await made_of(drawn())).width == 1280


async def test_one_picture_at_a_time_is_made() -> None:
    made = await asyncio.gather(*(made_of(drawn(size=(300, 200))) for _ in range(3)))
    assert {one.width for one in made} == {300}


@pytest.mark.parametrize(
    "attempt", ["bytearray(900 * 1024 * 1024)", "os.write(os.open(path, os.O_CREAT | os.O_WRONLY), b'x')", "while 1: 0"]
)
def test_the_process_may_neither_fill_the_memory_nor_write_nor_go_on(attempt: str, tmp_path: Path) -> None:
    program = f"""
import os
from homeplan.library.pictures import remake
path, remake.SECONDS = {str(tmp_path / "written")!r}, 1
remake.confine()
{attempt}"""
    assert subprocess.run([sys.executable, "-c", program], capture_output=True).returncode != 0


def test_the_server_itself_never_imports_pillow() -> None:
    program = "import sys, homeplan.app, homeplan.server; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
