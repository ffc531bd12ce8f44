"""Has a picture checked and made small by a process of its own, one at a time."""

import asyncio
import sys

from homeplan.library.pictures.model import LARGEST_KEPT, LARGEST_LOGO, BrokenPicture, NewPicture, PicturesBusy, Remade
from homeplan.library.pictures.remake import HEAD, REFUSALS
from homeplan.library.pictures.rules import judge

LONGEST_S = 20
"""Seconds for which the process may run, waiting for a processor included."""

_one_at_a_time = asyncio.Semaphore(1)


async def prepare(new: NewPicture) -> Remade:
    """The small WebP file of the picture. Raises WrongPictureType, BrokenPicture, MixedPicture, PictureSize, and
    PicturesBusy when it takes too long."""
    return await _prepared(new, LARGEST_KEPT)


async def prepare_logo(new: NewPicture) -> Remade:
    """The same for the clinic's logo, which is smaller."""
    return await _prepared(new, LARGEST_LOGO)


async def _prepared(new: NewPicture, most: int) -> Remade:
    kind = judge(new.content)
    async with _one_at_a_time:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-m", "homeplan.library.pictures.remake", kind, str(most)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        try:
            made, _ = await asyncio.wait_for(process.communicate(new.content), LONGEST_S)
        except TimeoutError:
            raise PicturesBusy from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0:  # a code of its own, or a limit that ended it
        raise REFUSALS.get(process.returncode or 0, BrokenPicture)
    width, height = HEAD.unpack_from(made)
    return Remade(width=width, height=height, content=made[HEAD.size :])
