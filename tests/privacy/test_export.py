"""The export over HTTP, on both engines."""

import json
import logging
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from homeplan.library.dosage import Dosage
from homeplan.privacy.api import EXPORTS
from homeplan.privacy.rules import dose_text
from tests.contact.test_visits import visit
from tests.privacy.conftest import ENDPOINT, NOTE, WORRY, ring
from tests.programs.care import Care
from tests.world import Api, World

DOSES = json.loads((Path(__file__).parents[1] / "vectors" / "dose_text.json").read_text("utf-8"))["cases"]


async def test_everything_about_me_is_in_the_file(api: Api, care: Care) -> None:
    phone = await ring(api, care)
    answer = await phone.get("/api/me/export")
    assert answer.status_code == 200
    export = answer.json()
    assert (export["format"], export["version"], export["language"]) == ("homeplan-export", 1, "en")
    records = export["records"]
    [profile] = records["profile"]
    assert (profile["givenName"], profile["birthYear"], profile["recordNumber"]) == ("Anabel", 1961, "R-4711")
    [checkin] = records["checkIns"]
    assert (checkin["painNow"], checkin["note"], checkin["safetyYes"]) == (8, NOTE, ["fever", "other"])
    assert checkin["otherText"] == WORRY
    assert export["signs"]["calf"].startswith("One calf or leg is swollen")
    assert export["titles"]["calf"] == "Calf or shin"
    assert checkin["answeredAt"] == "2026-03-02T15:00:00Z"
    assert records["exerciseLogs"][0]["painDuring"] == 2
    assert records["needlingSessionVersions"][0]["document"]["note"] == "Left side first."
    assert records["reminders"][0]["wallTime"].startswith("19:00")
    assert [each["platform"] for each in records["devices"]] == ["android"]
    assert "checkin" in records["reminders"][0]["kind"]
    assert {each["rule"] for each in records["alerts"]} == {"safety-yes"}
    assert [item["title"] for item in export["programsInWords"][0]["items"]][-2:] == ["Pelvic tilt", "Bridge"]
    assert [each["name"][:17] for each in export["careTeam"]] == ["Therapist Example"]


async def test_no_list_stays_empty_for_want_of_looking(api: Api, care: Care) -> None:
    """Every section of the export that the fixture filled has rows."""
    phone = await ring(api, care)
    records = (await phone.get("/api/me/export")).json()["records"]
    assert {name for name, rows in records.items() if not rows} == {
        "helpers",
        "invitations",
        "safetyAnswers",
        "alertRepeats",
        "alertChanges",
        "telephoneNumbers",
        "contacts",
        "staffNotes",
        "visits",
        "acknowledgements",
        "alertOutcomes",
        "reminderSettings",
        "secondWays",
        "alertThresholds",
        "calendarLinks",
        "occurrences",
        "planSteps",
    }


async def test_every_instant_is_written_as_one(api: Api, care: Care) -> None:
    phone = await ring(api, care)
    text = (await phone.get("/api/me/export")).text
    assert re.findall(r"(?<![\w-])\d{12,14}(?![\w-])", text) == []  # an id may end in as many digits


async def test_keys_and_secrets_stay_at_the_server(api: Api, care: Care) -> None:
    phone = await ring(api, care)
    text = (await phone.get("/api/me/export")).text
    rows = await care.db.read(lambda tx: tx.fetch("SELECT token_hash FROM sign_ins"))
    assert not [each for each in (ENDPOINT, "canary", *(row["token_hash"] for row in rows)) if each in text]


async def test_nobody_elses_rows_are_in_it(api: Api, care: Care, world: World) -> None:
    other = await world.patient(care.patient.clinic, care.therapist, given_name="Zoraida")
    export = (await (await api.signed_in(other)).get("/api/me/export")).text
    assert "Anabel" not in export
    assert care.patient.id not in export
    assert json.loads(export)["records"]["checkIns"] == []


class Tags(HTMLParser):
    """The elements of a page, and the targets of its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.targets += [value or "" for name, value in attrs if name in ("src", "href", "action") or name[:2] == "on"]


@pytest.mark.parametrize(("language", "title"), [("en", "My homeplan data"), ("es", "Mis datos de homeplan")])
async def test_the_page_is_in_my_language_and_needs_nothing_else(
    api: Api, care: Care, language: str, title: str
) -> None:
    phone = await ring(api, care)
    await phone.patch("/api/me", json={"language": language})
    await care.db.write(lambda tx: tx.execute("UPDATE clinics SET name = '<script>North</script>'"))
    answer = await phone.get("/api/me/export/page")
    assert answer.headers["content-type"].startswith("text/html")
    page = answer.text
    assert f'<html lang="{language}">' in page
    assert f"<h1>{title}</h1>" in page
    assert "Canary sat on my window &lt;script&gt;" in page
    assert "&lt;script&gt;North&lt;/script&gt;" in page
    assert ("Pelvic tilt" if language == "en" else "Inclinación de la pelvis") in page
    tags = Tags()
    tags.feed(page)
    assert not tags.names & {"script", "img", "link", "iframe", "form", "a"}
    assert tags.targets == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Epilepsy</td><td>Yes", "on the screen</td><td>Anabel Example", "Something else: Canary in my ear")),
        ("es", ("Epilepsia</td><td>Sí", "en la pantalla</td><td>Anabel Example", "Otra cosa: Canary in my ear")),
    ],
)
async def test_the_page_shows_intake_consent_and_events(
    api: Api, care: Care, language: str, words: tuple[str, ...]
) -> None:
    phone = await ring(api, care)
    await phone.patch("/api/me", json={"language": language})
    page = (await phone.get("/api/me/export/page")).text
    assert [one for one in words if one not in page] == []
    assert '<blockquote lang="en"><p>Dry needling: what you agree to.</p><p>Your' in page


async def test_the_page_without_intake_and_consent_says_that_there_is_nothing(
    api: Api, care: Care, world: World
) -> None:
    other = await world.patient(care.patient.clinic, care.therapist, consents=False)
    page = (await (await api.signed_in(other)).get("/api/me/export/page")).text
    for title in ("Your health, as your clinic noted it", "Your consent to dry needling"):
        assert f"<h2>{title}</h2><p>Nothing yet.</p>" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "<dt>Telephone</dt><dd>+13035550142</dd>",
                "<dt>Emergency contact</dt><dd>Rosa Example, +13035550143</dd>",
                "<td>March 5, 2026, 14:30</td><td>Dry needling</td><td>planned</td><td>Bring shorts.</td>",
                "<td>Call</td><td>You</td><td>4</td><td>The stairs are fine.</td><td>Call again</td>",
                "<td>Message</td><td>Nobody was reached</td>",
            ),
        ),
        (
            "es",
            (
                "<dt>Teléfono</dt><dd>+13035550142</dd>",
                "<dt>Contacto de emergencia</dt><dd>Rosa Example, +13035550143</dd>",
                "<td>5 de marzo de 2026, 14:30</td><td>Punción seca</td><td>planeada</td><td>Bring shorts.</td>",
                "<td>Llamada</td><td>Usted</td><td>4</td><td>The stairs are fine.</td><td>Call again</td>",
                "<td>Mensaje</td><td>No hubo respuesta</td>",
            ),
        ),
    ],
)
async def test_the_page_shows_numbers_visits_and_contacts_without_what_staff_wrote_for_each_other(
    api: Api, care: Care, language: str, words: tuple[str, ...]
) -> None:
    phone, desk = await ring(api, care), await api.signed_in(care.therapist)
    chart, now = f"/api/patients/{care.patient.id}", care.clock.now().isoformat()
    await phone.patch("/api/me", json={"language": language})
    emergency = {"name": "Rosa Example", "number": "303 555 0143"}
    await phone.put("/api/me/telephone-numbers", json={"patient": "303 555 0142", "emergencyContact": emergency})
    await desk.post(f"{chart}/visits", json=visit())
    contact = {"id": "c1", "kind": "call", "reached": True, "startedAt": now, "minutes": 4, "spokeWith": "patient"}
    spoken = {"note": "Canary for colleagues.", "patientWords": "The stairs are fine."}
    step = {"nextStep": "Call again", "nextStepDue": "2026-03-04"}
    assert (await desk.post(f"{chart}/contacts", json=contact | spoken | step)).status_code == 201
    await desk.put(f"{chart}/contacts/c1", json=contact | spoken | step | {"note": "Canary, better.", "basedOn": 1})
    await desk.post(f"{chart}/contacts", json={"id": "c2", "kind": "message", "reached": False, "startedAt": now})
    page = (await phone.get("/api/me/export/page")).text
    assert [one for one in words if one not in page] == []
    assert page.count("The stairs are fine.") == 1, "the version that holds"
    assert "Canary for colleagues" not in page
    assert "Canary, better" not in page


@pytest.mark.parametrize("path", ["/api/me/export", "/api/me/export/page"])
async def test_the_file_is_kept_by_nobody_and_names_nobody(api: Api, care: Care, path: str) -> None:
    headers = (await (await ring(api, care)).get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert re.fullmatch(r'attachment; filename="homeplan\.(json|html)"', headers["content-disposition"])
    assert "unsafe" not in headers["content-security-policy"]


async def test_asking_again_and_again_is_slowed_down(api: Api, world: World, care: Care) -> None:
    phone = await ring(api, care)
    for _ in range(EXPORTS.most):
        assert (await phone.get("/api/me/export")).status_code == 200
    for path in ("/api/me/export", "/api/me/export/page"):
        refused = await phone.get(path)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    other = await api.signed_in(await world.patient(care.patient.clinic))
    assert (await other.get("/api/me/export")).status_code == 200
    care.clock.advance(minutes=1)
    assert (await phone.get("/api/me/export/page")).status_code == 200


async def test_nothing_of_a_patient_is_logged(api: Api, care: Care, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    phone = await ring(api, care)
    for path in ("/api/me/export", "/api/me/export/page"):
        assert (await phone.get(path)).status_code == 200
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert not [each for each in ("Anabel", "R-4711", "Canary", "grandson", care.patient.id) if each in logged]


@pytest.mark.parametrize("case", DOSES, ids=[case["name"] for case in DOSES])
def test_a_dose_reads_as_on_the_phone(case: dict[str, Any]) -> None:
    dose = msgspec.convert(case["dose"], Dosage)
    texts = (dose_text(dose, "en", case["side"]), dose_text(dose, "es", case["side"]))
    assert texts == (case["en"], case["es"])
