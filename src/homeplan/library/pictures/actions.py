"""Adding a picture for one of the clinic's own items, and the clinic's logo."""

from homeplan.accounts.model import Clinic
from homeplan.accounts.rules import logo_address
from homeplan.accounts.store import enter_clinic, find_clinic, set_logo
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore
from homeplan.library.pictures import store
from homeplan.library.pictures.model import NewPicture, Picture, Remade


async def add_picture(ctx: Context, new: NewPicture, made: Remade) -> Picture:
    """Keep the picture once, under the id that the form made. Raises SentBefore when the id was sent with another."""
    if not await store.insert_picture(ctx, new, made):
        if not await store.is_made_of(ctx, new):
            raise SentBefore(field="id")
        ctx.repeated = True
    stored = await store.find_picture(ctx, new.id)
    assert stored is not None
    return stored


async def change_logo(ctx: Context, new: NewPicture, made: Remade) -> Clinic:
    """Keep the picture, and show it as the clinic's logo from now on; the one before is removed. Raises SentBefore."""
    await add_picture(ctx, new, made)
    await _show_logo(ctx, new.id)
    return await find_clinic(ctx)


async def remove_logo(ctx: Context) -> None:
    """Show no logo any more, and remove its picture."""
    await _show_logo(ctx, None)


async def _show_logo(ctx: Context, picture_id: str | None) -> None:
    replaced = await set_logo(ctx, picture_id)
    if replaced is not None:
        await store.delete_unused(ctx, replaced)


async def read_logo(ctx: Context, clinic_id: str, picture_id: str) -> bytes:
    """The logo of that clinic, for anyone. Raises NotFound unless the picture is the logo now."""
    await enter_clinic(ctx, clinic_id)
    ctx.clinic_id = clinic_id
    is_logo = (await find_clinic(ctx)).logo == logo_address(clinic_id, picture_id)
    content = await store.find_content(ctx, picture_id) if is_logo else None
    if content is None:
        raise NotFound
    return content
