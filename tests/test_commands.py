"""The command line, run for real: what it prints, what it refuses, how it ends."""

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3

from homeplan.__main__ import main
from homeplan.commands.demo import MADE_BY_THE_DEMO
from homeplan.demo.build import SIGNED_TEXT
from homeplan.settings import VARIABLES, Settings
from tests.conftest import VAPID_KEY
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

START_LIMIT_S = 30.0
STOP_LIMIT_S = 10.0


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HOMEPLAN_")]:
        monkeypatch.delenv(name)
    return tmp_path


def test_without_a_command_the_help_is_shown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    output = capsys.readouterr().out
    commands = ("serve", "worker", "demo", "migrate", "audit", "check", "keys", "clinic", "staff")
    assert all(name in output for name in commands)


def test_a_new_clinic_is_set_up_by_three_commands(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out.startswith("applied baseline\n")
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == "The database is up to date.\n"
    clinic = _added_clinic(capsys)
    assert _invite_staff(clinic) == 0
    shown = capsys.readouterr()
    assert re.fullmatch(r"http://localhost:8000/console/join#[A-Za-z0-9_-]{43}\n", shown.out)
    assert "It works once" in shown.err


def test_a_lost_sole_administrator_gets_a_link_from_the_host(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clinic = _added_clinic(capsys)
    with sqlite3.connect(here / "homeplan.sqlite") as store:
        store.execute(
            "INSERT INTO staff (clinic_id, id, email, name, role, password_hash, created_at)"
            " VALUES (?, 'ana', 'a@clinic.example', 'A', 'admin', '!', 0)",
            (clinic,),
        )
        store.execute(
            "INSERT INTO staff_totp (clinic_id, staff_id, secret, created_at, last_step, failures)"
            " VALUES (?, 'ana', 'S', 0, 0, 0)",
            (clinic,),
        )
    store.close()
    assert _invite_staff(clinic) == 1
    assert capsys.readouterr().err == "homeplan: Somebody already signs in with this email.\n"
    assert main(["staff", "reset", "--email", "A@clinic.example"]) == 0
    assert "/console/join#" in capsys.readouterr().out
    with sqlite3.connect(here / "homeplan.sqlite") as store:
        assert store.execute("SELECT COUNT(*) FROM staff_totp").fetchone() == (0,)
        assert store.execute("SELECT staff_id FROM staff_invitations").fetchall() == [("ana",)]
        events = store.execute("SELECT action, actor_id, object_id FROM audit_events ORDER BY seq").fetchall()
    store.close()
    assert events[-1] == ("staff.reset-factors", "operator", "ana")
    assert main(["staff", "reset", "--email", "nobody@clinic.example"]) == 1
    assert capsys.readouterr().err == "homeplan: Nobody signs in with nobody@clinic.example.\n"


def test_a_database_that_was_put_back_is_known_by_another_epoch(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    with sqlite3.connect(here / "homeplan.sqlite") as before:
        before.execute("INSERT INTO store_facts (name, value) VALUES ('epoch', 'of the backup')")
    before.close()
    assert main(["restored"]) == 0
    assert "last 14 days" in capsys.readouterr().out
    with sqlite3.connect(here / "homeplan.sqlite") as after:
        assert after.execute("SELECT value FROM store_facts WHERE name = 'epoch'").fetchall() == []
    after.close()


def test_what_a_command_does_is_sealed_in_the_audit_trail(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMEPLAN_AUDIT_KEY", "k" * 32)
    assert _invite_staff(_added_clinic(capsys)) == 0
    capsys.readouterr()
    assert main(["audit", "verify"]) == 0
    assert re.fullmatch(r".+ \(\S+\): 2 events intact, last seal [0-9a-f]{64}\.\n", capsys.readouterr().out)
    with sqlite3.connect(here / "homeplan.sqlite") as attacker:
        attacker.execute("DROP TRIGGER audit_events_keep")
        attacker.execute("UPDATE audit_events SET actor_id = 'somebody' WHERE action = 'staff.invite'")
    attacker.close()
    assert main(["audit", "verify"]) == 1
    assert "BROKEN at event 2: edited; events intact before it: 1." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["clinic", "add", "  ", "--phone", "555 0100"], "a name has 1 to 80 characters"),
        (["clinic", "add", "\u200b", "--phone", "555 0100"], "visible and in one line"),
        (["clinic", "add", "A\nB", "--phone", "555 0100"], "visible and in one line"),
        (["clinic", "add", "\u202eanA", "--phone", "555 0100"], "visible and in one line"),
        (["clinic", "add", "North", "--phone", "call me"], "a phone number has"),
        (["clinic", "add", "North", "--phone", "", "--emergency-number", "x"], "an emergency number has"),
        (["staff", "invite", "--clinic", "x", "--email", "nobody"], "not an email address"),
    ],
)
def test_what_the_api_would_refuse_is_refused_here(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
    assert not (here / "homeplan.sqlite").exists()


def test_staff_of_no_clinic_are_not_invited(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _invite_staff("nowhere") == 1
    assert "no clinic nowhere" in capsys.readouterr().err


def test_a_separate_worker_needs_postgresql(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker"]) == 2
    assert "HOMEPLAN_DATABASE_URL=postgresql://" in capsys.readouterr().err
    assert main(["serve", "--no-worker"]) == 2
    assert "leave out --no-worker" in capsys.readouterr().err


def test_check_tells_every_mistake_and_then_what_is_missing(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMEPLAN_PORT", "http")
    monkeypatch.setenv("HOMEPLAN_ORIGIN", "clinic.example")
    monkeypatch.setenv("HOMEPLAN_ORIGEN", "x")
    assert main(["check"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
    for name in ("HOMEPLAN_PORT", "HOMEPLAN_ORIGIN", "HOMEPLAN_ORIGEN"):
        monkeypatch.delenv(name)
    assert main(["check"]) == 0
    assert capsys.readouterr().out.count("advice") == 5
    monkeypatch.setenv("HOMEPLAN_ARCHIVE_DIR", str(here))
    assert main(["check"]) == 0
    assert "the archive is not encrypted" in capsys.readouterr().out


def test_a_rotated_key_is_kept_behind_the_new_one(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["keys", "rotate"]) == 1
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("HOMEPLAN_VAPID_PRIVATE_KEY", VAPID_KEY)
    monkeypatch.setenv("HOMEPLAN_VAPID_SUBJECT", "mailto:operator@clinic.example")
    assert main(["keys", "rotate"]) == 0
    lines = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    assert lines["HOMEPLAN_VAPID_PREVIOUS_KEYS"] == VAPID_KEY
    for name, value in lines.items():
        monkeypatch.setenv(name, value)
    assert main(["check"]) == 0


def test_the_server_stops_at_once_when_it_is_told_to_and_has_the_file_alone(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    with _serving(here, port) as server:
        assert main(["migrate"]) == 1
        assert "in use by another homeplan process" in capsys.readouterr().err
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert json.load(answer)["status"] == "ok"
        server.send_signal(signal.SIGTERM)
        assert server.wait(STOP_LIMIT_S) == 0
    assert main(["migrate"]) == 0


def test_a_port_that_is_taken_is_told_in_words(here: Path) -> None:
    with socket.socket() as listening_socket:
        listening_socket.bind(("127.0.0.1", 0))
        listening_socket.listen()
        ended = _run(here, "serve", "--port", str(listening_socket.getsockname()[1]))
    assert ended.returncode == 1
    assert "Address already in use" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_starting_the_demo_over_removes_the_demo_alone(here: Path) -> None:
    folder = here / "demo"
    folder.mkdir()
    (folder / "holiday.txt").write_text("mine")
    (folder / "homeplan.sqlite").touch()
    (folder / "demo.json").write_text(json.dumps({"password": "old", "vapid_private_key": VAPID_KEY}))
    assert main(["demo", "--no-serve", "--fresh", "--folder", str(folder)]) == 0
    assert (folder / "holiday.txt").read_text() == "mine"
    assert json.loads((folder / "demo.json").read_text())["password"] != "old"
    with sqlite3.connect(folder / "homeplan.sqlite") as store:
        assert store.execute("SELECT slug FROM library_reviews").fetchall() == [(SIGNED_TEXT,)]
    before = (folder / "homeplan.sqlite").read_bytes()
    assert main(["demo", "--no-serve", "--folder", str(folder)]) == 0
    assert (folder / "homeplan.sqlite").read_bytes() == before


def _added_clinic(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["clinic", "add", "Northside", "--phone", "+1 555 0100"]) == 0
    (clinic,) = re.findall(r"^[0-9a-f-]{36}$", capsys.readouterr().out, re.MULTILINE)
    return str(clinic)


def _invite_staff(clinic: str) -> int:
    return main(["staff", "invite", "--clinic", clinic, "--email", "a@clinic.example", "--role", "admin"])


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "homeplan", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=START_LIMIT_S)


@contextmanager
def _serving(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "homeplan", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL) as server:
        try:
            wait_until_it_answers(server, port)
            yield server
        finally:
            server.kill()


def wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    assert wait_until(lambda: server.poll() is not None or _answers(port))
    assert server.poll() is None, "homeplan serve has ended"


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").close()
    except urllib.error.URLError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HOMEPLAN_DATABASE_URL", "sqlite:///other.sqlite"),
        ("HOMEPLAN_ORIGIN", "https://clinic.example"),
        ("HOMEPLAN_HOST", "0.0.0.0"),
        ("HOMEPLAN_PUSH_HOSTS", "push.example"),
    ],
)
def test_the_demo_refuses_a_setting_that_it_cannot_use(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert main(["demo", "--no-serve"]) == 2
    assert f"{variable} is not for `homeplan demo`: " in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_the_demo_listens_on_the_port_of_the_settings(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = []

    async def run(options: argparse.Namespace, given: Settings, folder: Path) -> None:
        ports.append((options.port, given.ledger_days))

    monkeypatch.setattr("homeplan.commands.demo._run", run)
    monkeypatch.setenv("HOMEPLAN_PORT", "8101")
    monkeypatch.setenv("HOMEPLAN_LEDGER_DAYS", "60")
    assert main(["demo"]) == main(["demo", "--port", "8102"]) == 0
    assert ports == [(8101, 60), (8102, 60)]


def test_host_commands_reach_a_running_demo(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def invent(*_: object) -> None:
        """Leave the clinic to the first migration: an empty one is enough here."""

    async def run(settings: Settings, *_: object, **__: object) -> None:
        monkeypatch.setenv("HOMEPLAN_DATABASE_URL", settings.database_url)
        ended = await asyncio.to_thread(_run, here, "backup", "kept")
        assert ended.returncode == 0, ended.stderr

    monkeypatch.setattr("homeplan.commands.demo._invent", invent)
    monkeypatch.setattr("homeplan.commands.demo.run_server", run)
    assert main(["demo"]) == 0
    assert len(list((here / "kept").glob("homeplan-*.sqlite"))) == 1


def test_the_demo_uses_each_setting_or_says_why_not() -> None:
    used = {
        "port",
        "audit_key",
        "audit_previous_keys",
        "audit_heads",
        "factor_key",
        "factor_previous_keys",
        "metrics_token",
        "ledger_days",
        "sign_in_days",
        "after_care_days",
        "openapi",
    }
    assert {*MADE_BY_THE_DEMO, *used} >= set(VARIABLES)
    assert not used & set(MADE_BY_THE_DEMO)
