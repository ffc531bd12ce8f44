"""The clinic's own items and templates: adding, editing and retiring them, and their versions."""

from typing import Annotated

from msgspec import Meta

from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.http.route import Query
from homeplan.http.routes import staff
from homeplan.library import actions
from homeplan.library.model import (
    ActivityContent,
    Content,
    EducationContent,
    ExerciseContent,
    ItemContent,
    NewActivity,
    NewExercise,
    NewItem,
    NewTemplate,
    NewTopic,
    TemplateContent,
)
from homeplan.library.store import ItemVersion, list_versions
from homeplan.values import Slug, Value, only


class Saved(Value, frozen=True, kw_only=True):
    """The item as it is stored: its permanent name and its latest version."""

    slug: str
    version: int


BasedOn = Annotated[int, Meta(ge=1, le=2**31 - 1), Query(name="basedOn")]


@staff.get("library/items/{slug}/versions")
async def list_library_item_versions(ctx: Context, slug: Slug) -> list[ItemVersion]:
    """Every version of an own item, the latest first, with who saved it."""
    versions = await list_versions(ctx, slug)
    if not versions:
        raise NotFound
    return versions


@staff.post("library/items", audit="library.add")
async def add_library_item(ctx: Context, data: NewItem) -> Saved:
    """Add an exercise, activity modification or education topic to the clinic's items. Sent again it stays one item."""
    return await _add(ctx, data)


@staff.put("library/items/{slug}", audit="library.edit")
async def save_library_item(ctx: Context, slug: str, based_on: BasedOn, data: ItemContent) -> Saved:
    """Save the next version of an own item; it is unsigned."""
    return await _edit(ctx, slug, based_on, data)


@staff.delete("library/items/{slug}", audit="library.retire")
async def retire_library_item(ctx: Context, slug: str) -> None:
    """Stop offering an own item or template; plans that have it keep it."""
    await actions.retire_own_item(ctx, slug)


@staff.post("library/templates", audit="library.add")
async def add_library_template(ctx: Context, data: NewTemplate) -> Saved:
    """Keep a program as the clinic's template. Sent again it stays one template."""
    return await _add(ctx, data)


@staff.put("library/templates/{slug}", audit="library.edit")
async def save_library_template(ctx: Context, slug: str, based_on: BasedOn, data: TemplateContent) -> Saved:
    """Save the next version of an own template."""
    return await _edit(ctx, slug, based_on, data)


routes = [
    list_library_item_versions,
    add_library_item,
    save_library_item,
    retire_library_item,
    add_library_template,
    save_library_template,
]


CONTENTS: dict[type[NewItem | NewTemplate], type[Content]] = {
    NewExercise: ExerciseContent,
    NewActivity: ActivityContent,
    NewTopic: EducationContent,
    NewTemplate: TemplateContent,
}
"""Body of a route that adds → its part that is stored as a document."""


async def _add(ctx: Context, new: NewItem | NewTemplate) -> Saved:
    ctx.object_id = await actions.add_own_item(ctx, new.id, only(CONTENTS[type(new)], new))
    return Saved(slug=ctx.object_id, version=1)


async def _edit(ctx: Context, slug: str, based_on: int, content: Content) -> Saved:
    await actions.edit_own_item(ctx, slug, content, based_on=based_on)
    return Saved(slug=slug, version=based_on + 1)
