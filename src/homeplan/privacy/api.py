"""The patient's export (a file for a computer, a page to read), and leaving the clinic's app for good."""

import asyncio
from datetime import timedelta
from typing import Literal

import msgspec
from litestar import MediaType

from homeplan.accounts.admission import PATIENT_COOKIE
from homeplan.accounts.api.cookies import no_cookie
from homeplan.alerts import actions as alerts
from homeplan.contact.numbers.store import numbers_of
from homeplan.context import Context
from homeplan.http.answers import Answer, File
from homeplan.http.routes import me
from homeplan.limits.model import Limit
from homeplan.privacy import actions
from homeplan.privacy.model import Export
from homeplan.privacy.page import page
from homeplan.privacy.store import read_export
from homeplan.settings import Settings
from homeplan.values import Value

EXPORTS = Limit(name="exports", most=10, within=timedelta(minutes=1))
"""Exports of both kinds by one patient; each reads all rows about them."""


async def _as_json(export: Export, _: Settings) -> File:
    body = await asyncio.to_thread(lambda: msgspec.json.format(msgspec.json.encode(export), indent=1))
    return File(body, MediaType.JSON, "homeplan.json")


async def _as_page(export: Export, _: Settings) -> File:
    return File(await asyncio.to_thread(lambda: page(export).encode()), MediaType.HTML, "homeplan.html")


@me.get("export", audit="me.export", limit=EXPORTS, aside=True, after=_as_json)
async def export_me(ctx: Context) -> Export:
    """Everything that the clinic holds about me, for a computer to read."""
    return await read_export(ctx)


@me.get("export/page", audit="me.export", limit=EXPORTS, aside=True, after=_as_page, media_type=MediaType.HTML)
async def export_me_page(ctx: Context) -> Export:
    """Everything that the clinic holds about me, in my language, to read, print or hand on."""
    return await read_export(ctx)


class LeavingNow(Value, frozen=True):
    """The state in which the patient would leave now."""

    urgent_alert: bool
    """Whether a critical or high alert waits for the clinic: the patient should call before they leave."""
    number_kept: bool
    """Whether the patient's telephone number would stay with that alert, for seven days at most."""


@me.get("leave")
async def read_leaving(ctx: Context) -> LeavingNow:
    """Whether I should call my clinic before I delete my data."""
    is_urgent = await alerts.urgent_is_open(ctx, ctx.actor.id)
    is_on_file = is_urgent and "patient" in await numbers_of(ctx, ctx.actor.id)
    return LeavingNow(urgent_alert=is_urgent, number_kept=is_on_file)


class Leaving(Value, frozen=True):
    """The confirmation, a word that nobody sends by accident."""

    confirm: Literal["delete-my-data"]


class Farewell(Value, frozen=True):
    """The code under which the clinic keeps the treatment record."""

    code: str


@me.post("leave", audit="me.leave", status=200, exclusive=True)
async def leave(ctx: Context, data: Leaving) -> Answer[Farewell]:  # noqa: ARG001 - decoding it is the check
    """Delete me. The treatment record stays under a code, and so does an urgent alert until it is followed up; this
    cannot be undone."""
    return Answer(Farewell(code=await actions.leave(ctx)), cookies=[no_cookie(PATIENT_COOKIE)])


routes = [export_me, export_me_page, read_leaving, leave]
