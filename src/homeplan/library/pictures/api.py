"""Routes of the pictures of a clinic's own items and of its logo: adding one, and loading one for console or phone."""

from datetime import timedelta

from homeplan.accounts.model import Clinic
from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.http.access import Helping
from homeplan.http.answers import Shown
from homeplan.http.routes import admin, me, public, staff
from homeplan.library.pictures import actions, store
from homeplan.library.pictures.model import LARGEST_SENT, MEDIA_TYPE, NewPicture, Picture, Remade
from homeplan.library.pictures.prepare import prepare, prepare_logo
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


@admin.put("clinic/logo", audit="clinic.logo", largest=LARGEST_BODY, limit=UPLOADS, before=prepare_logo, confirmed=True)
async def change_clinic_logo(ctx: Context, data: NewPicture, prepared: Remade) -> Clinic:
    """Show a picture (JPEG, PNG or WebP, at most 8 MiB) as the clinic's logo: on handouts, and to patients who join. It
    is made again as a WebP file of at most 30 kB without metadata."""
    ctx.object_id = data.id
    return await actions.change_logo(ctx, data, prepared)


@admin.delete("clinic/logo", audit="clinic.remove-logo", confirmed=True)
async def remove_clinic_logo(ctx: Context) -> None:
    """Show no logo any more."""
    await actions.remove_logo(ctx)


@public.get("clinic-logos/{clinic_id}/{picture_id}", media_type=MEDIA_TYPE)
async def get_clinic_logo(ctx: Context, clinic_id: Id, picture_id: Id) -> Shown:
    """The logo of a clinic as a WebP file; a new logo has another address."""
    content = await actions.read_logo(ctx, clinic_id, picture_id)
    return Shown(body=content, media_type=MEDIA_TYPE, for_ever=True)


routes = [
    add_library_picture,
    get_library_picture,
    get_my_picture,
    change_clinic_logo,
    remove_clinic_logo,
    get_clinic_logo,
]


async def _shown(ctx: Context, picture_id: str) -> Shown:
    content = await store.find_content(ctx, picture_id)
    if content is None:
        raise NotFound
    return Shown(body=content, media_type=MEDIA_TYPE)
