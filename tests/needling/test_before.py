"""Before the needles: pre-session checks, prefilled answers, consent, intake, certification; on both engines."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from homeplan.library.content import needling_rules
from tests.checkins.answers import body as checkin
from tests.checkins.answers import safety_body
from tests.needling.conftest import REASON, Needling, planned, rules_of
from tests.programs.conftest import refusal
from tests.world import START, Api, World, full_screen

TODAY = "/api/me/checkins/2026-03-02"

# Pre-session checks


async def test_a_check_is_stored_with_what_the_rules_say_and_the_record_names_it(desk: Needling) -> None:
    check = await desk.check(id="k", screen=full_screen(metal_allergy="yes"))
    assert (check.status_code, check.json()["outcome"], rules_of(check)) == (
        201,
        "reason-needed",
        [("override", "metal-allergy")],
    )
    screen = full_screen(metal_allergy="yes", reason=REASON)
    record = await desk.record(screen=screen, checkId="k")
    assert (record.status_code, record.json()["checkId"]) == (201, "k")
    (listed,) = (await desk.staff.get(desk.path("needling-checks"))).json()
    assert listed == check.json()


async def test_a_check_that_stops_is_stored_too(desk: Needling) -> None:
    check = await desk.check(screen=full_screen(systemic_infection="yes", reason=REASON))
    assert (check.status_code, check.json()["outcome"]) == (201, "stop")


async def test_a_check_with_an_unanswered_item_is_refused(desk: Needling) -> None:
    screen = full_screen()
    del screen["answers"]["epilepsy"]
    assert refusal(await desk.check(screen=screen)) == (400, "invalid", "screen.answers.epilepsy")
    assert (await desk.staff.get(desk.path("needling-checks"))).json() == []


async def test_a_preview_tells_findings_and_missing_answers_and_stores_nothing(desk: Needling) -> None:
    screen = {"answers": {"pacemaker": {"answer": "yes"}}, "decision": "go-ahead"}
    body = {"muscles": planned(["multifidus"], technique="electrical"), "screen": screen}
    seen = (await desk.staff.post(desk.path("needling-checks/preview"), json=body)).json()
    assert [finding["rule"] for finding in seen["findings"]] == ["pacemaker-electrical"]
    assert seen["findings"][0]["text"]["es"].startswith("Sin punción eléctrica")
    assert seen["findings"][0]["basis"].startswith("electroacupuncture")
    assert (len(seen["unanswered"]), seen["outcome"]) == (len(needling_rules().screen) - 1, "stop")
    assert (await desk.staff.get(desk.path("needling-checks"))).json() == []


async def test_a_check_of_another_patient_is_not_named_by_a_record(desk: Needling, api: Api, world: World) -> None:
    other = await desk.staff.post(
        "/api/patients",
        json={"id": "other", "givenName": "B", "familyName": "Example", "language": "en", "timeZone": "UTC"},
    )
    body = {"id": "k", "muscles": planned(["calf"]), "screen": full_screen()}
    await desk.staff.post(f"/api/patients/{other.json()['id']}/needling-checks", json=body)
    assert refusal(await desk.record(checkId="k")) == (400, "invalid", "checkId")
    assert refusal(await desk.check(id="k"))[:2] == (409, "sent-before")


# Prefilled answers


async def test_open_answers_of_two_weeks_are_prefilled_until_a_therapist_closes_them(desk: Needling) -> None:
    assert (await desk.readiness())["prefilled"] == []
    await desk.phone.put(TODAY, json=checkin(START, anythingNew=True, safetyYes=["fever", "saddle"]))
    found = {(one["item"], one["sign"]) for one in (await desk.readiness())["prefilled"]}
    assert found == {("systemic-infection", "fever"), ("acute-emergency", "saddle")}
    (alert,) = (await desk.staff.get(desk.path("alerts"))).json()
    await acknowledge(desk, alert["id"])
    assert (await desk.readiness())["prefilled"] == []


async def test_an_answer_outside_a_check_in_counts_for_fourteen_days(desk: Needling) -> None:
    await desk.phone.post("/api/me/safety-answers", json=safety_body(START, "pregnant"))
    await desk.later(days=13)
    assert [one["item"] for one in (await desk.readiness())["prefilled"]] == ["pregnancy"]
    await desk.later(days=1, seconds=1)
    assert (await desk.readiness())["prefilled"] == []


async def test_the_intake_is_prefilled_as_long_as_it_holds(desk: Needling) -> None:
    answers = {"anticoagulant": "yes", "epilepsy": "no", "reflux": "yes", "pregnancy": "yes"}
    saved = await save_intake(desk, answers=answers, dueDate="2026-06-22")
    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    await desk.later(days=100)
    found = [(one["item"], one["source"], one["trimester"]) for one in (await desk.readiness())["prefilled"]]
    assert found == [("anticoagulant", "intake", None), ("pregnancy", "intake", 3)]


async def acknowledge(desk: Needling, alert_id: str) -> None:
    """As staff close an urgent alert."""
    path = desk.path(f"alerts/{alert_id}/acknowledgement")
    assert (
        await desk.staff.post(path, json={"note": "Called the patient.", "outcome": "spoke-continue"})
    ).status_code == 201


# Consent


async def test_a_consent_keeps_its_text_and_who_explained_it(unsigned: Needling) -> None:
    signed = await unsigned.sign(language="es", signedOn="paper", signedAt="2026-03-01T17:00:00Z")
    stored = signed.json()
    assert signed.status_code == 201
    assert stored["text"].startswith("Punción seca")
    assert (stored["signedAt"], stored["validUntil"]) == ("2026-03-01T17:00:00Z", "2027-03-01T17:00:00Z")
    assert (stored["explainedBy"], stored["recordedBy"]) == (unsigned.therapist_id, unsigned.therapist_id)
    assert (await unsigned.readiness())["consent"] == "valid"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"version": "0.1"}, (409, "consent-text-changed", "version")),
        ({"signedAt": "2026-03-02T15:00:01Z"}, (400, "invalid", "signedAt")),
        ({"explainedBy": "nobody"}, (400, "invalid", "explainedBy")),
        ({"language": "fr"}, (400, "invalid", "language")),
        ({"signedName": None}, (400, "invalid", "signedName")),
        ({"signedName": "  "}, (400, "invalid", "signedName")),
        ({"signedOn": "paper", "signedName": "Anabel Example"}, (400, "invalid", "signedName")),
    ],
)
async def test_a_consent_is_refused_by_field(
    unsigned: Needling, change: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert refusal(await unsigned.sign(**change)) == expected


async def test_a_consent_on_the_screen_is_signed_with_the_patients_name_once(unsigned: Needling) -> None:
    sent = [await unsigned.sign(id="c"), await unsigned.sign(id="c")]
    assert [one.status_code for one in sent] == [201, 200]
    assert {one.json()["signedName"] for one in sent} == {"Anabel Example"}
    assert refusal(await unsigned.sign(id="c", signedName="Somebody Else"))[:2] == (409, "sent-before")
    mine = (await unsigned.phone.get("/api/me/needling-consent")).json()
    assert (mine["signedName"], mine["signedAt"]) == ("Anabel Example", "2026-03-02T15:00:00Z")


async def test_the_patient_takes_the_consent_back_and_the_clinic_is_told(desk: Needling) -> None:
    mine = (await desk.phone.get("/api/me/needling-consent")).json()
    assert (mine["state"], mine["text"][:12], mine["withdrawnAt"]) == ("valid", "Dry needling", None)
    first = await desk.phone.put("/api/me/needling-consent/withdrawal")
    await desk.later(minutes=1)
    again = await desk.phone.put("/api/me/needling-consent/withdrawal")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["state"] == "withdrawn"
    assert await desk.open_alerts() == [("consent-withdrawn", "normal")]
    await desk.later(hours=1)
    assert refusal(await desk.record())[:2] == (400, "screen-forbids")


async def test_a_session_before_the_withdrawal_is_still_recorded(desk: Needling) -> None:
    await desk.later(hours=1)
    await desk.phone.put("/api/me/needling-consent/withdrawal")
    assert (await desk.record(ended_at=START + timedelta(minutes=30))).status_code == 201


async def test_a_new_consent_after_a_withdrawal_holds(desk: Needling) -> None:
    await desk.staff.put(desk.path("needling-consent/withdrawal"))
    await desk.later(minutes=30)
    assert (await desk.sign()).status_code == 201
    assert (await desk.record(minutes=5)).status_code == 201


async def test_without_a_consent_there_is_nothing_to_take_back(unsigned: Needling) -> None:
    assert (await unsigned.phone.get("/api/me/needling-consent")).json()["state"] == "none"
    assert refusal(await unsigned.phone.put("/api/me/needling-consent/withdrawal"))[:2] == (404, "not-found")


# Intake


async def test_an_intake_makes_caution_tags_the_patients_own(desk: Needling) -> None:
    assert (await desk.staff.get(desk.path("intake"))).json()["version"] == 0
    answers = {"osteoporosis": "yes", "hernia": "not-known", "reflux": "no"}
    saved = (await save_intake(desk, answers=answers, medicines="Alendronate")).json()
    assert saved["cautionTags"] == ["end-range-flexion", "rotation", "external-load"]
    assert (await desk.staff.get(desk.path("intake"))).json() == saved


async def test_an_intake_is_saved_on_the_version_that_was_seen(desk: Needling) -> None:
    await save_intake(desk, answers={"reflux": "yes"})
    assert (await save_intake(desk, answers={"reflux": "yes"})).json()["version"] == 1
    assert refusal(await save_intake(desk, answers={"reflux": "no"}))[:2] == (409, "intake-changed")
    assert (await save_intake(desk, answers={"reflux": "no"}, basedOn=1)).json()["version"] == 2
    unknown = await save_intake(desk, answers={"gout": "yes"}, basedOn=2)
    assert refusal(unknown) == (400, "invalid", "answers.gout")


async def save_intake(desk: Needling, **changes: Any) -> httpx.Response:
    return await desk.staff.put(desk.path("intake"), json={"basedOn": 0} | changes)


# Certification


async def test_the_rule_begins_with_the_clinics_first_certification(desk: Needling) -> None:
    assert (await desk.readiness())["certification"] == "not-asked"
    boss = (await desk.admin.get("/api/staff/me")).json()["id"]
    await certify(desk, boss)
    assert (await desk.readiness())["certification"] == "missing"
    assert rules_of(await desk.check()) == [("stop", "certification")]
    assert refusal(await desk.record())[:2] == (400, "screen-forbids")
    stored = await desk.record(despiteStop="The certificate is in the post.")
    assert (stored.status_code, await desk.open_alerts()) == (201, [("needled-despite-stop", "high")])


async def test_a_certification_holds_on_its_last_local_day_and_not_after_it(desk: Needling) -> None:
    await certify(desk, desk.therapist_id, "2026-03-02")
    await desk.later(hours=15)  # 23:00 in Denver
    assert (await desk.readiness())["certification"] == "valid"
    assert (await desk.record(minutes=5)).status_code == 201
    await desk.later(hours=2)
    assert (await desk.readiness())["certification"] == "expired"
    assert refusal(await desk.record(["calf"], minutes=5))[:2] == (400, "screen-forbids")


async def test_a_clinic_switches_the_rule_off_and_screens_can_say_so(desk: Needling) -> None:
    await certify(desk, desk.therapist_id, "2026-01-01")
    off = await desk.admin.put("/api/needling-settings", json={"certificationOff": True})
    assert off.json() == {"certificationOff": True, "certificationAsked": False, "overridePairs": []}
    assert (await desk.staff.get("/api/needling-settings")).json() == off.json()
    assert (await desk.record()).status_code == 201
    await desk.admin.put("/api/needling-settings", json={"certificationOff": False})
    assert (await desk.readiness())["certification"] == "expired"


async def test_removing_the_last_certification_does_not_end_the_rule(desk: Needling) -> None:
    await certify(desk, desk.therapist_id)
    path = f"/api/staff/members/{desk.therapist_id}/needling-certification"
    assert (await desk.admin.delete(path)).status_code == 204
    assert (await desk.readiness())["certification"] == "missing"
    assert refusal(await desk.admin.delete(path))[:2] == (404, "not-found")


async def test_a_correction_by_an_administrator_keeps_the_therapists_certification(desk: Needling) -> None:
    await certify(desk, desk.therapist_id)
    session = (await desk.record()).json()
    body = {key: session[key] for key in ("startedAt", "endedAt", "muscles", "screen")} | {"basedOn": 1, "note": "x"}
    body["correction"] = "The note was missing."
    assert (await desk.admin.put(desk.path(f"needling-sessions/{session['id']}"), json=body)).status_code == 200


async def certify(desk: Needling, staff_id: str, expires_on: str = "2027-01-01") -> None:
    body = {"issuer": "Example Institute", "expiresOn": expires_on}
    answer = await desk.admin.put(f"/api/staff/members/{staff_id}/needling-certification", json=body)
    assert answer.status_code == 200, answer.text


# The clinic's choice about blood thinners

PAIR = "anticoagulant-hip-flexor-or-side"
THINNER = full_screen(anticoagulant="yes", reason=REASON)


async def choose(desk: Needling, *, override: bool, pair: str = PAIR) -> httpx.Response:
    return await desk.admin.put(f"/api/needling-settings/pairs/{pair}", json={"override": override})


async def test_a_clinic_lets_a_blood_thinner_at_the_side_of_the_back_pass_with_a_reason(desk: Needling) -> None:
    assert rules_of(await desk.check(["quadratus-lumborum"], screen=THINNER)) == [("stop", PAIR)]
    assert refusal(await desk.record(["quadratus-lumborum"], screen=THINNER))[:2] == (400, "screen-forbids")
    assert (await choose(desk, override=True)).json()["overridePairs"] == [PAIR]
    assert (await desk.staff.get("/api/needling-settings")).json()["overridePairs"] == [PAIR]
    assert rules_of(await desk.check(["quadratus-lumborum"], screen=THINNER)) == [("override", PAIR)]
    without = full_screen(anticoagulant="yes")
    assert refusal(await desk.record(["quadratus-lumborum"], screen=without))[2] == "screen.reason"
    assert (await desk.record(["quadratus-lumborum"], screen=THINNER)).status_code == 201
    await desk.later(seconds=1)
    assert (await choose(desk, override=False)).json()["overridePairs"] == []
    assert rules_of(await desk.check(["quadratus-lumborum"], screen=THINNER))[0] == ("stop", PAIR)


async def test_a_session_is_judged_by_the_choice_at_its_end(desk: Needling) -> None:
    await choose(desk, override=True)
    session = (await desk.record(["quadratus-lumborum"], screen=THINNER)).json()
    await desk.later(minutes=10)
    await choose(desk, override=False)
    body = {key: session[key] for key in ("startedAt", "endedAt", "muscles", "screen")} | {"basedOn": 1, "note": "x"}
    body["correction"] = "The note was missing."
    amended = await desk.staff.put(desk.path(f"needling-sessions/{session['id']}"), json=body)
    assert (amended.status_code, amended.json()["findings"][0]["effect"]) == (200, "override")


@pytest.mark.parametrize("pair", ["pacemaker-electrical", "diabetes", "unheard-of"])
async def test_no_other_stop_can_be_turned_into_an_override(desk: Needling, pair: str) -> None:
    assert refusal(await choose(desk, override=True, pair=pair))[:2] == (404, "not-found")
