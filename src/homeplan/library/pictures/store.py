"""The pictures of a clinic's own items in the database; a picture is added and never changed.

The file is kept as base64, so that one SQL text, and one dump, serve both engines. It is 80 kB at most.
"""

import hashlib
from base64 import b64decode, b64encode

from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.library.pictures.model import NewPicture, Picture, Remade

INSERT_PICTURE = """
INSERT INTO clinic_pictures (clinic_id, id, source_hash, content, width, height, size, created_by, created_at)
VALUES (:clinic_id, :id, :source_hash, :content, :width, :height, :size, :created_by, :created_at)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_picture(ctx: Context, new: NewPicture, made: Remade) -> bool:
    """Store what was made of the picture; False when there is one of that id."""
    return bool(
        await ctx.tx.execute(
            INSERT_PICTURE,
            clinic_id=ctx.clinic_id,
            id=new.id,
            source_hash=_hash(new.content),
            content=b64encode(made.content).decode(),
            width=made.width,
            height=made.height,
            size=len(made.content),
            created_by=ctx.actor.id,
            created_at=to_ms(ctx.now),
        )
    )


SELECT_ABOUT = """
SELECT id, source_hash, width, height, size FROM clinic_pictures WHERE clinic_id = :clinic_id AND id = :id"""


async def find_picture(ctx: Context, picture_id: str) -> Picture | None:
    """Size and measures of the picture, or None."""
    row = await ctx.tx.fetch_one(SELECT_ABOUT, clinic_id=ctx.clinic_id, id=picture_id)
    if row is None:
        return None
    return Picture(id=row["id"], width=row["width"], height=row["height"], size=row["size"])


async def is_made_of(ctx: Context, new: NewPicture) -> bool:
    """Whether the stored picture of that id was made of the same file."""
    row = await ctx.tx.fetch_one(SELECT_ABOUT, clinic_id=ctx.clinic_id, id=new.id)
    return row is not None and row["source_hash"] == _hash(new.content)


SELECT_CONTENT = "SELECT content FROM clinic_pictures WHERE clinic_id = :clinic_id AND id = :id"


async def find_content(ctx: Context, picture_id: str) -> bytes | None:
    """The WebP file of the picture, or None."""
    content = await ctx.tx.fetch_value(SELECT_CONTENT, clinic_id=ctx.clinic_id, id=picture_id)
    return None if content is None else b64decode(content)


DELETE_UNUSED = """
DELETE FROM clinic_pictures WHERE clinic_id = :clinic_id AND id = :id AND NOT EXISTS (
  SELECT 1 FROM clinic_item_versions v WHERE v.clinic_id = :clinic_id AND v.document LIKE :names)"""


async def delete_unused(ctx: Context, picture_id: str) -> None:
    """Remove the picture, unless a version of one of the clinic's items has it."""
    await ctx.tx.execute(DELETE_UNUSED, clinic_id=ctx.clinic_id, id=picture_id, names=f'%"{picture_id}"%')


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
