"""`homeplan check` signs in at the mail server; `homeplan serve` says that nobody is mailed without one."""

import asyncio
import logging
from pathlib import Path

import pytest

from homeplan.__main__ import main
from homeplan.db import Database
from homeplan.settings import Settings
from homeplan.workers import run_workers
from tests.conftest import FakeClock
from tests.delivery.mail_server import SENDER, Mailbox


async def checked(server: Mailbox, monkeypatch: pytest.MonkeyPatch, folder: Path) -> int:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOMEPLAN_MAIL_URL", server.url.replace("127.0.0.1", "localhost"))
    monkeypatch.setenv("HOMEPLAN_MAIL_FROM", SENDER)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    return await asyncio.to_thread(main, ["check"])


async def test_check_proves_the_mail_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Mailbox() as server:
        assert await checked(server, monkeypatch, tmp_path) == 0
    assert "the mail server takes our sign-in over TLS" in capsys.readouterr().out
    assert server.received == []


async def test_check_names_a_wrong_password_and_a_server_without_tls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Mailbox(password="another") as server:
        assert await checked(server, monkeypatch, tmp_path) == 1
    assert "HOMEPLAN_MAIL_URL: the mail server cannot be used (535" in capsys.readouterr().err
    async with Mailbox(starttls=False) as server:
        assert await checked(server, monkeypatch, tmp_path) == 1
    assert "offers no STARTTLS" in capsys.readouterr().err


async def test_serve_says_that_nobody_is_mailed_without_a_mail_server(
    db: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    stop.set()
    with caplog.at_level(logging.WARNING):
        await run_workers(Settings(), db, clock, stop)
    assert "nobody is mailed" in caplog.text
    assert "nobody is reminded or notified by push" in caplog.text
