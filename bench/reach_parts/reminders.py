"""Reminders of which a fifth have a dead subscription: push shown or mail accepted in time, and nothing after done.

`python -m bench.reach_parts.reminders CONFIG`; run by bench/reach.py. All patients chose mail as their second way.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from msgspec import Struct

from bench.crowd import KEY, SUBJECT, add_patients, make_due
from bench.reach_parts import outside as services
from bench.reach_parts.outside import Outside, token_of
from bench.reach_parts.workers import working
from homeplan.clock import SystemClock, to_ms
from homeplan.context import operator_context
from homeplan.db import Database, Tx, migrate, open_database
from homeplan.delivery.actions import receive_receipt
from homeplan.delivery.webpush.vapid import Keyring

SEED = 14
CLINICS = 4
IN_TIME_S = 300.0
"""Longest time from the end of the patient's delay to the mail, while thousands of them are due at once."""
UNDER_WAY_S = 10.0
"""An attempt that has begun when the thing is done is not taken back within this time."""
EVERY_S = 0.2
"""Receipts of this long are stored together."""

INSERT_MAIL = """
INSERT INTO mail_addresses (clinic_id, id, patient_id, email, language, asked_at, confirmed_at, unsubscribe_token)
VALUES (:c, :m, :p, :email, 'en', 0, 0, :m)"""
INSERT_WAY = """
INSERT INTO second_ways (clinic_id, patient_id, channel, after_minutes, chosen_at) VALUES (:c, :p, 'mail', :after, 0)"""
INSERT_CHECKIN = """
INSERT INTO checkins (clinic_id, patient_id, day, client_event_id, stated_at, answered_at, received_at, time_zone,
  pain_now, pain_worst_24h, anything_new, safety_yes, instrument_version)
VALUES (:c, :p, :day, :p, :now, :now, :now, 'UTC', 2, 3, 'no', '[]', '1')
ON CONFLICT DO NOTHING"""
LEFT = """
SELECT (SELECT COUNT(*) FROM deliveries WHERE status IN ('pending', 'leased') AND channel = 'mail')
  + (SELECT COUNT(*) FROM reminder_due WHERE due_at <= :now)"""


class Config(Struct, frozen=True, kw_only=True):
    """The size of the run. A fifth of the patients have a dead subscription; an eighth check in before it matters."""

    url: str
    patients: int
    workers: int
    after_minutes: int
    """The delay after which a push that was not shown becomes a mail."""


class People(Struct, frozen=True):
    """The patients by number: their subscriptions, how they are dead, and when they did what the reminder asks for."""

    number_of: dict[str, int]
    """By the token of the endpoint, and by the mail address."""
    dead: dict[int, str]
    done: dict[int, float]
    """Unix time; changes while the run goes on."""


async def measure(config: Config) -> dict[str, Any]:
    """The share of patients who were reached, and what went out after they had done it."""
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as name:
        folder = Path(name)
        db = await open_database(config.url)
        try:
            await migrate(db, SystemClock().now())
            async with services.running(folder, SEED) as outside:
                people = await _invent(config, db, outside)
                with working(config.workers, config.url, outside.environment, folder / "log"):
                    return await _play(config, db, outside, people)
        finally:
            await db.close()


async def _invent(config: Config, db: Database, outside: Outside) -> People:
    """A tenth gone, a twentieth at a dead service, a twentieth that never shows a push; the others show each."""
    kinds = ("gone", "gone", "dead service", "never shown", *[""] * 16)
    people = People({}, {}, {})
    phones = []
    for number in range(config.patients):
        kind = kinds[number % len(kinds)]
        service = outside.dead if kind == "dead service" else outside.push
        phone = service.subscribe(None)
        phones.append(phone)
        people.number_of[token_of(phone["endpoint"])] = people.number_of[_email(number)] = number
        if kind:
            people.dead[number] = kind
        if kind == "gone":
            outside.push.end(phone["endpoint"])
    await add_patients(db, phones, clinics=CLINICS, now=SystemClock().now())
    rows = [{"c": f"c{n % CLINICS}", "p": f"p{n}", "m": f"m{n}", "email": _email(n)} for n in range(config.patients)]
    ways = [{"c": row["c"], "p": row["p"], "after": config.after_minutes} for row in rows]

    async def work(tx: Tx) -> None:
        await tx.execute_many(INSERT_MAIL, rows)
        await tx.execute_many(INSERT_WAY, ways)

    await db.write(work)
    await db.write(lambda tx: tx.execute("ANALYZE"))
    return people


async def _play(config: Config, db: Database, outside: Outside, people: People) -> dict[str, Any]:
    began = time.time()
    numbers = range(config.patients)
    await _check_in(db, people, [n for n in numbers if n % 20 == 10 or n % 40 == 1])  # before it rings
    await make_due(db, config.patients, clinics=CLINICS, turn="ring", now=SystemClock().now())
    showing = asyncio.create_task(_show(db, outside, people))
    meanwhile = asyncio.create_task(_do_meanwhile(config, db, people, [n for n in numbers if n % 40 in (2, 3)]))
    ending = began + config.after_minutes * 60 + IN_TIME_S
    await asyncio.sleep(config.after_minutes * 60)
    while time.time() < ending and await _left(db):
        await asyncio.wait([showing], timeout=1)
    await meanwhile
    await asyncio.wait([showing], timeout=UNDER_WAY_S)
    if showing.done():
        showing.result()  # raises what ended it
    showing.cancel()
    return _judge(config, outside, people, began)


async def _left(db: Database) -> int:
    """Number of mails and reminders that still wait."""
    return int(await db.read(lambda tx: tx.fetch_value(LEFT, now=to_ms(SystemClock().now()))))


async def _show(db: Database, outside: Outside, people: People) -> None:
    """Each push that was taken is reported as shown, except on phones that never show one."""
    keyring, at = Keyring(KEY, subject=SUBJECT), 0
    while True:
        await asyncio.sleep(EVERY_S)
        new, at = outside.accepted[at:], len(outside.accepted)
        shown: dict[str, list[str]] = defaultdict(list)
        for each in new:
            if each.channel == "webpush" and people.dead.get(people.number_of[each.to]) != "never shown":
                named = keyring.read_receipt_token(each.receipt)
                assert named is not None
                shown[named[0]].append(named[1])
        await asyncio.gather(*(_report(db, clinic_id, deliveries) for clinic_id, deliveries in shown.items()))


async def _report(db: Database, clinic_id: str, deliveries: list[str]) -> None:
    """The receipts of these deliveries."""

    async def work(tx: Tx) -> None:
        now = SystemClock().now()
        for delivery_id in deliveries:
            await receive_receipt(operator_context(tx, now, clinic_id), delivery_id, "shown", now)

    await db.write(work)


async def _do_meanwhile(config: Config, db: Database, people: People, numbers: list[int]) -> None:
    """These patients check in at random times between the ring and the end of the delay."""
    dice, began = random.Random(SEED), time.monotonic()
    for left in range(20, 0, -1):
        await asyncio.sleep(max(began + config.after_minutes * 60 * (21 - left) / 21 - time.monotonic(), 0))
        dice.shuffle(numbers)
        part = [numbers.pop() for _ in range(len(numbers) // left)]
        await _check_in(db, people, part)


async def _check_in(db: Database, people: People, numbers: list[int]) -> None:
    now = datetime.now(UTC)
    rows = [{"c": f"c{n % CLINICS}", "p": f"p{n}", "day": f"{now:%Y-%m-%d}", "now": to_ms(now)} for n in numbers]
    await db.write(lambda tx: tx.execute_many(INSERT_CHECKIN, rows))
    people.done.update(dict.fromkeys(numbers, time.time()))


def _judge(config: Config, outside: Outside, people: People, began: float) -> dict[str, Any]:
    """The figures of what the services accepted, patient by patient."""
    in_time = began + config.after_minutes * 60 + IN_TIME_S
    reached: set[int] = set()
    shown: set[int] = set()
    mailed: Counter[int] = Counter()
    after_done = 0
    for each in outside.accepted:
        number = people.number_of[each.to]
        is_shown = each.channel == "webpush" and people.dead.get(number) != "never shown"
        if each.at <= in_time and (is_shown or each.channel == "mail"):
            reached.add(number)
        shown |= {number} if is_shown else set()
        mailed[number] += each.channel == "mail"
        after_done += number in people.done and each.at > people.done[number] + UNDER_WAY_S
    asked = [number for number in range(config.patients) if number not in people.done]
    return {
        "reminders": config.patients,
        "reminders_dead": len(people.dead),
        "reached_share": round(sum(number in reached for number in asked) / len(asked), 4),
        "after_done": after_done,
        "shown_and_mailed": sum(1 for number in shown if mailed[number]),
        "mailed_twice": sum(count > 1 for count in mailed.values()),
        "mailed": sum(count > 0 for count in mailed.values()),
        "reminders_s": round(time.time() - began),
    }


def _email(number: int) -> str:
    return f"patient-{number}@mail.example"


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(msgspec.json.decode(sys.argv[1], type=Config)))))
