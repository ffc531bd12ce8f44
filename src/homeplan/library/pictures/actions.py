"""Adding a picture for one of the clinic's own items."""

from homeplan.context import Context
from homeplan.errors import SentBefore
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
