"""Each way to sign in and out is in the audit trail, with who did it, over HTTP."""

from homeplan.db import Database
from tests.accounts.test_pairing_api import invite, pair, phone
from tests.accounts.test_passkeys import prove, with_key
from tests.accounts.test_sign_in_api import HASH, desk, sign_in_fully
from tests.conftest import FakeClock
from tests.world import Api, World


async def test_each_way_to_sign_in_and_out_is_on_record(api: Api, world: World, clock: FakeClock, db: Database) -> None:
    ana = await world.therapist(await world.clinic(), email="ana@clinic.example", password_hash=HASH)
    patient = await world.patient(ana.clinic, ana)
    key = await with_key(api, ana)
    await sign_in_fully(api, clock)
    browser = desk(api, await prove(api, key))
    assert (await browser.delete("/api/staff/sign-in")).status_code == 204
    invited = await invite(api, ana, patient)
    mine = phone(api, await pair(api, token=invited["token"]))
    assert (await mine.delete("/api/me/sign-in")).status_code == 204
    rows = await db.read(lambda tx: tx.fetch("SELECT action, actor_id, role FROM audit_events ORDER BY seq"))
    assert [(row["action"], row["actor_id"], row["role"]) for row in rows] == [
        ("factor.add-passkey", ana.id, "therapist"),
        ("staff.sign-in", ana.id, "therapist"),
        ("sign-in.totp", ana.id, "therapist"),
        ("sign-in.passkey", ana.id, "therapist"),
        ("sign-in.end", ana.id, "therapist"),
        ("invitation.create", ana.id, "therapist"),
        ("pairing.redeem", patient.id, "patient"),
        ("sign-in.end", patient.id, "patient"),
    ]
