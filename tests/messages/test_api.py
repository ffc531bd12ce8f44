"""Messages over HTTP: there and back, read and answered, edits, notes of check-ins, discharge, saved replies."""

from datetime import timedelta
from typing import Any

import httpx

from homeplan.db import Tx
from homeplan.messages.model import MOST_LISTED, MessageEntry
from homeplan.messages.store import insert_message
from homeplan.programs.episode import Stage
from tests.checkins.answers import body
from tests.conftest import FakeClock
from tests.messages.conftest import words
from tests.programs.care import Care
from tests.world import Api, World


async def mine(phone: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await phone.get("/api/me/messages")).json()["messages"]
    return found


def state(message: dict[str, Any]) -> tuple[str | None, bool]:
    return message["readBy"], message["answeredAt"] is not None


async def test_a_message_is_read_and_answered(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, chart: str, clock: FakeClock
) -> None:
    sent = await phone.put("/api/me/messages/m1", json=words(clock.now(), "It pulls in my thigh."))
    assert (sent.status_code, state(sent.json())) == (200, (None, False))
    thread = (await desk.get(f"{chart}/messages")).json()
    [message] = thread["messages"]
    assert (message["words"], message["by"], message["mine"]) == ("It pulls in my thigh.", "patient", False)
    assert thread["waitsSince"] is not None
    seen = {"id": "m1", "version": 1}
    assert (await desk.post(f"{chart}/messages-read", json={"seen": [seen]})).status_code == 204
    assert [state(one) for one in await mine(phone)] == [("Therapist Example", False)]
    clock.advance(minutes=5)
    answer = await desk.put(f"{chart}/messages/a1", json=words(clock.now(), "Stay under 3.", answers=[seen]))
    assert (answer.status_code, answer.json()["author"], answer.json()["mine"]) == (200, "Therapist Example", True)
    first, second = await mine(phone)
    assert (state(first), second["words"], second["by"]) == (("Therapist Example", True), "Stay under 3.", "staff")
    assert (await desk.get(f"{chart}/messages")).json()["waitsSince"] is None
    await phone.post("/api/me/messages-read", json={"seen": [{"id": "a1", "version": 1}]})
    assert (await desk.get(f"{chart}/messages")).json()["messages"][1]["readAt"] is not None


async def test_a_message_that_is_sent_again_is_stored_once(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    entry = words(clock.now(), "Once.")
    for _ in range(3):
        again = await phone.put("/api/me/messages/m1", json=entry)
        clock.advance(minutes=1)
    assert (again.json()["version"], len(await mine(phone))) == (1, 1)


async def test_an_edit_keeps_the_earlier_version_and_is_neither_read_nor_answered(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, chart: str, clock: FakeClock
) -> None:
    await phone.put("/api/me/messages/m1", json=words(clock.now(), "Left."))
    seen = {"id": "m1", "version": 1}
    await desk.put(f"{chart}/messages/a1", json=words(clock.now(), "Thank you.", answers=[seen]))
    clock.advance(minutes=1)
    edited = (await phone.put("/api/me/messages/m1", json=words(clock.now(), "Right."))).json()
    assert (edited["words"], edited["version"], state(edited)) == ("Right.", 2, (None, False))
    assert [one["words"] for one in edited["earlier"]] == ["Left."]
    await desk.post(f"{chart}/messages-read", json={"seen": [seen]})
    await desk.put(f"{chart}/messages/a2", json=words(clock.now(), "Yes.", answers=[seen]))
    thread = (await desk.get(f"{chart}/messages")).json()
    assert thread["waitsSince"] is not None
    assert state(next(one for one in thread["messages"] if one["id"] == "m1")) == (None, False)


async def test_an_older_version_that_arrives_late_changes_nothing(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    early = clock.now()
    await phone.put("/api/me/messages/m1", json=words(clock.advance(minutes=5), "Newer."))
    late = await phone.put("/api/me/messages/m1", json=words(early, "Older."))
    assert (late.status_code, late.json()["words"], late.json()["version"]) == (200, "Newer.", 1)


async def test_only_the_author_edits(
    api: Api, world: World, care: Care, phone: httpx.AsyncClient, desk: httpx.AsyncClient, chart: str, clock: FakeClock
) -> None:
    await phone.put("/api/me/messages/m1", json=words(clock.now(), "Mine."))
    await desk.put(f"{chart}/messages/a1", json=words(clock.advance(minutes=1), "Ours."))
    clock.advance(minutes=1)
    other = await api.signed_in(await world.admin(care.patient.clinic))
    refused = [
        await desk.put(f"{chart}/messages/m1", json=words(clock.now(), "Changed.")),
        await phone.put("/api/me/messages/a1", json=words(clock.now(), "Changed.")),
        await other.put(f"{chart}/messages/a1", json=words(clock.now(), "Changed.")),
    ]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(403, "not-your-message")] * 3
    assert [one["words"] for one in await mine(phone)] == ["Mine.", "Ours."]


async def test_a_message_needs_no_answer_when_staff_say_so_and_waits_again_when_they_take_it_back(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, chart: str, clock: FakeClock
) -> None:
    await phone.put("/api/me/messages/m1", json=words(clock.now(), "Thank you!"))
    settled = await desk.post(f"{chart}/messages-settled", json={"id": "m1", "version": 1})
    assert (settled.status_code, settled.json()["settledBy"]) == (200, "Therapist Example")
    assert (await desk.get(f"{chart}/messages")).json()["waitsSince"] is None
    again = await desk.post(f"{chart}/messages-settled", json={"id": "m1", "version": 1})
    assert again.status_code == 200
    assert (await desk.delete(f"{chart}/messages-settled/m1")).status_code == 204
    assert (await desk.get(f"{chart}/messages")).json()["waitsSince"] is not None
    stale = await desk.post(f"{chart}/messages-settled", json={"id": "m1", "version": 2})
    assert stale.status_code == 409


async def test_the_note_of_a_check_in_is_in_the_thread_and_can_be_answered(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, chart: str, clock: FakeClock
) -> None:
    saved = await phone.put("/api/me/checkins/2026-03-02", json=body(clock.now(), note="Slept on the floor."))
    assert saved.status_code == 200
    [note] = (await desk.get(f"{chart}/messages")).json()["messages"]
    assert (note["kind"], note["day"], note["words"], note["by"]) == (
        "note",
        "2026-03-02",
        "Slept on the floor.",
        "patient",
    )
    assert note["waitsSince"] is not None
    seen = {"id": note["id"], "version": note["version"]}
    await desk.put(f"{chart}/messages/a1", json=words(clock.advance(minutes=1), "Try the bed.", answers=[seen]))
    assert state((await mine(phone))[0]) == ("Therapist Example", True)
    later = body(clock.advance(minutes=9), clientEventId="later", note="Slept in the bed.")
    await phone.put("/api/me/checkins/2026-03-02", json=later)
    found = next(one for one in await mine(phone) if one["kind"] == "note")
    assert (found["words"], found["version"], state(found)) == ("Slept in the bed.", 2, (None, False))
    without = body(clock.advance(minutes=9), clientEventId="without")
    await phone.put("/api/me/checkins/2026-03-02", json=without)
    assert [one["kind"] for one in await mine(phone)] == ["message"]


async def test_a_device_cannot_write_under_the_id_of_a_note(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    refused = await phone.put("/api/me/messages/note-2026-03-02", json=words(clock.now(), "A note."))
    assert (refused.status_code, refused.json()["field"]) == (400, "messageId")


async def test_after_the_discharge_a_patient_reads_and_is_told_to_call(
    phone: httpx.AsyncClient, care: Care, clock: FakeClock
) -> None:
    entry = words(clock.now(), "Before.")
    await phone.put("/api/me/messages/m1", json=entry)
    await care.step(Stage.GOAL_REACHED)
    await care.step(Stage.DISCHARGED)
    assert (await phone.get("/api/me/messages")).json()["open"] is False
    assert [one["words"] for one in await mine(phone)] == ["Before."]
    refused = await phone.put("/api/me/messages/m2", json=words(clock.now(), "After."))
    assert (refused.status_code, refused.json()["code"]) == (409, "messages-closed")
    repeated = await phone.put("/api/me/messages/m1", json=entry)
    assert repeated.status_code == 200


async def test_an_empty_or_too_long_message_is_refused(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    for text in ("", "   ", "x" * 2001):
        assert (await phone.put("/api/me/messages/m1", json=words(clock.now(), text))).status_code == 400
    assert (await phone.put("/api/me/messages/m1", json=words(clock.now(), "x" * 2000))).status_code == 200


async def test_saved_replies_are_listed_changed_and_retired(desk: httpx.AsyncClient) -> None:
    reply = {"title": "Soreness", "en": "That is usual.", "es": "Eso es normal."}
    assert (await desk.put("/api/saved-replies/r1", json=reply)).status_code == 200
    changed = await desk.put("/api/saved-replies/r1", json=reply | {"en": "That is expected."})
    assert changed.json()["savedBy"] == "Therapist Example"
    assert [one["en"] for one in (await desk.get("/api/saved-replies")).json()] == ["That is expected."]
    assert (await desk.delete("/api/saved-replies/r1")).status_code == 204
    assert (await desk.get("/api/saved-replies")).json() == []
    assert (await desk.put("/api/saved-replies/r1", json=reply)).status_code == 404


async def test_leaving_erases_the_words_of_the_patient_and_keeps_those_of_staff(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, chart: str, care: Care, clock: FakeClock
) -> None:
    await phone.put("/api/me/messages/m1", json=words(clock.now(), "Secret."))
    await phone.put("/api/me/messages/m1", json=words(clock.advance(minutes=1), "Edited secret."))
    await phone.put("/api/me/checkins/2026-03-02", json=body(clock.now(), note="A secret note."))
    await desk.put(f"{chart}/messages/a1", json=words(clock.advance(minutes=1), "Advice."))
    await desk.put(f"{chart}/messages/a1", json=words(clock.advance(minutes=1), "Better advice."))
    assert (await phone.post("/api/me/leave", json={"confirm": "delete-my-data"})).status_code == 200
    thread = (await desk.get(f"{chart}/messages")).json()
    assert [one["words"] for one in thread["messages"]] == [None, "Better advice."]
    earlier = [one["words"] for each in thread["messages"] for one in each["earlier"]]
    assert (earlier, thread["waitsSince"]) == ([None, "Advice."], None)
    stored = await care.db.read(
        lambda tx: tx.fetch("SELECT words FROM messages UNION SELECT words FROM message_versions")
    )
    assert not [row["words"] for row in stored if row["words"] and "ecret" in row["words"]]


async def test_nobody_else_reads_or_writes_the_thread(
    api: Api, world: World, care: Care, phone: httpx.AsyncClient, chart: str, clock: FakeClock
) -> None:
    await phone.put("/api/me/messages/m1", json=words(clock.now(), "For my team."))
    stranger = await api.signed_in(await world.therapist(care.patient.clinic))
    assert (await stranger.get(f"{chart}/messages")).status_code == 404
    twin = await api.signed_in(await world.patient(care.patient.clinic, care.therapist))
    await twin.put("/api/me/messages/m1", json=words(clock.now(), "The same id."))
    assert [one["words"] for one in await mine(twin)] == ["The same id."]
    assert [one["words"] for one in await mine(phone)] == ["For my team."]


async def test_older_messages_come_page_by_page_and_none_twice(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, chart: str, care: Care, clock: FakeClock
) -> None:
    async def write(tx: Tx) -> None:
        ctx = care.patient.context(tx, clock.now())
        for number in range(2 * MOST_LISTED + 5):
            at = clock.now() - timedelta(minutes=number // 2)  # two at the same time are two
            entry = MessageEntry(words="Hello.", written_at=at, time_zone="America/Denver")
            await insert_message(ctx, care.patient.id, f"m{number:04}", entry, at, None)

    await care.db.write(write)
    for client, address in ((phone, "/api/me/messages"), (desk, f"{chart}/messages")):
        page = (await client.get(address)).json()
        seen = [one["id"] for one in page["messages"]]
        assert (len(seen), page["hasEarlier"]) == (MOST_LISTED, True)
        while page["hasEarlier"]:
            page = (await client.get(f"{address}?before={seen[0]}")).json()
            seen = [one["id"] for one in page["messages"]] + seen
        assert len(seen) == len(set(seen)) == 2 * MOST_LISTED + 5
        assert (await client.get(f"{address}?before={seen[0]}")).json()["messages"] == []
        assert (await client.get(f"{address}?before=unknown")).status_code == 404


async def test_the_console_counts_the_patients_who_wait_for_an_answer(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, api: Api, world: World, care: Care, clock: FakeClock
) -> None:
    async def waiting(client: httpx.AsyncClient) -> int:
        return int((await client.get("/api/unanswered-messages")).json()["patients"])

    colleague = await api.signed_in(await world.therapist(care.therapist.clinic))
    assert await waiting(desk) == 0
    for number in range(2):
        await phone.put(f"/api/me/messages/m{number}", json=words(clock.now(), "Hello."))
    assert (await waiting(desk), await waiting(colleague)) == (1, 0)
