"""Notes of staff over HTTP, on both engines."""

import asyncio
from typing import Any

import pytest

from homeplan.db import Database
from tests.programs.conftest import Desk, desk, refusal
from tests.world import Api, World

__all__ = ["desk"]


async def written(desk: Desk, **changes: Any) -> Any:
    return await desk.staff.post(
        desk.path("staff-notes"), json={"id": "note-1", "words": "Prefers mornings."} | changes
    )


async def test_a_note_is_kept_with_its_author_and_time(desk: Desk) -> None:
    answers = [await written(desk) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    [note] = (await desk.staff.get(desk.path("staff-notes"))).json()
    assert (note["words"], note["by"], note["version"]) == ("Prefers mornings.", desk.therapist.id, 1)
    assert note["writtenAt"] == note["recordedAt"]
    assert refusal(await written(desk, words="Other."))[:2] == (409, "sent-before")


async def test_an_edit_keeps_what_the_note_said(desk: Desk) -> None:
    await written(desk)
    edit = {"words": "Prefers evenings.", "basedOn": 1}
    sent = [await desk.staff.put(desk.path("staff-notes/note-1"), json=edit) for _ in range(2)]
    assert [(one.status_code, one.json()["version"]) for one in sent] == [(200, 2), (200, 2)]
    await desk.staff.post(desk.path("staff-notes/note-1/removal"), json={"basedOn": 2})
    versions = (await desk.staff.get(desk.path("staff-notes/note-1/versions"))).json()
    assert [one["words"] for one in versions] == ["", "Prefers evenings.", "Prefers mornings."]
    assert {one["by"] for one in versions} == {desk.therapist.id}


async def test_only_the_author_edits_a_note(desk: Desk, api: Api, world: World) -> None:
    await written(desk)
    admin = await api.signed_in(await world.admin(desk.therapist.clinic))
    edit = await admin.put(desk.path("staff-notes/note-1"), json={"words": "Mine.", "basedOn": 1})
    assert refusal(edit)[:2] == (409, "note-of-colleague")
    assert len((await admin.get(desk.path("staff-notes"))).json()) == 1


async def test_one_of_two_edits_at_once_is_told(desk: Desk) -> None:
    await written(desk)
    path = desk.path("staff-notes/note-1")
    sent = await asyncio.gather(
        *(desk.staff.put(path, json={"words": words, "basedOn": 1}) for words in ("One.", "Two."))
    )
    assert sorted(one.status_code for one in sent) == [200, 409]
    assert len((await desk.staff.get(f"{path}/versions")).json()) == 2


async def test_the_words_stay_after_leaving_and_are_in_no_export(desk: Desk, db: Database) -> None:
    await written(desk)
    export = (await desk.phone.get("/api/me/export")).json()
    [row] = export["records"]["staffNotes"]
    assert (row["id"], row["version"]) == ("note-1", 1)
    assert "words" not in row
    assert "staff_notes.words" in export["notIncluded"]
    await desk.phone.post("/api/me/leave", json={"confirm": "delete-my-data"})
    assert await db.read(lambda tx: tx.fetch_value("SELECT words FROM staff_notes")) == "Prefers mornings."


@pytest.mark.parametrize(("action", "path"), [("note.list", ""), ("note.versions", "/note-1/versions")])
async def test_a_read_is_audited_with_ids_only(desk: Desk, db: Database, action: str, path: str) -> None:
    await written(desk)
    await desk.staff.get(desk.path(f"staff-notes{path}"))
    rows = await db.read(lambda tx: tx.fetch("SELECT * FROM audit_events ORDER BY seq"))
    assert rows[-1]["action"] == action
    assert "mornings" not in " ".join(str(dict(row)) for row in rows)
