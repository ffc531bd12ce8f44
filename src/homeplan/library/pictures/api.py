"""Routes of the pictures of a clinic's own items: adding one, and loading one for the console or a phone."""

from datetime import timedelta

from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.http.access import Helping
from homeplan.http.answers import Shown
from homeplan.http.routes import me, staff
from homeplan.library.pictures import actions, store
from homeplan.library.pictures.model import LARGEST_SENT, MEDIA_TYPE, NewPicture, Picture, Remade
from homeplan.library.pictures.prepare import prepare
from homeplan.limits.model import Limit
from homeplan.values import Id

LARGEST_BODY = LARGEST_SENT * 4 // 3 + 1024
"""Bytes: base64 takes four for three."""

UPLOADS = Limit(name="pictures", most=60, within=timedelta(hours=1))


@staff.post("library/pictures", audit="library.picture", largest=LARGEST_BODY, limit=UPLOADS, before=prepare)
async def add_library_picture(ctx: Context, data: NewPicture, prepared: Remade) -> Picture:
    """Add a picture (JPEG, PNG or WebP, at most 8 MiB) that an own item may then name. It is decoded and made again as
    a WebP file of at most 60 kB without metadata. Sent again it stays one picture."""
    ctx.object_id = data.id
    return await actions.add_picture(ctx, data, prepared)


@staff.get("library/pictures/{picture_id}", media_type=MEDIA_TYPE)
async def get_library_picture(ctx: Context, picture_id: Id) -> Shown:
    """The picture as a WebP file."""
    return await _shown(ctx, picture_id)


@me.get("pictures/{picture_id}", media_type=MEDIA_TYPE, helper=Helping.ALWAYS)
async def get_my_picture(ctx: Context, picture_id: Id) -> Shown:
    """A picture of an item of the plan, as a WebP file."""
    return await _shown(ctx, picture_id)


routes = [add_library_picture, get_library_picture, get_my_picture]


async def _shown(ctx: Context, picture_id: str) -> Shown:
    content = await store.find_content(ctx, picture_id)
    if content is None:
        raise NotFound
    return Shown(body=content, media_type=MEDIA_TYPE)
