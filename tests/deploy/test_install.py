"""From a bare Debian to a clinic that answers by https and is upgraded, by the commands of the operations pages."""

import asyncio
import re
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.backup.upgrading import make_old
from tests.db.releases import SECRET
from tests.deploy.debian import Debian, bare_debian, commands, make_release
from tests.deploy.pages import ROOT, path
from tests.waiting import wait_until

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    make_release(folder)
    return folder


@pytest.fixture
def debian(tmp_path: Path, release: Path) -> Iterator[Debian]:
    with bare_debian(tmp_path) as made:
        made.prepare(release)
        yield made


def test_a_newcomer_follows_the_page_from_a_bare_debian_to_https(debian: Debian) -> None:
    printed = debian.follow(*commands())
    with by_https(debian) as visitor:
        assert wait_until(lambda: answers(visitor)), debian.logs()
        assert visitor.get("/healthz").json()["status"] == "ok"
        assert wait_until(lambda: visitor.get("/readyz").json()["heartbeatAgeSeconds"] is not None)
        assert "<title>" in visitor.get("/console/").text
        assert visitor.get("/metrics").status_code == 404
    assert re.search(rf"https://{debian.host}/\S+#\S+", printed), "the set-up link"
    _the_settings_and_the_data_are_the_service_s_alone(debian)
    _the_versions_are_the_locked_ones(debian)
    _a_second_run_keeps_settings_and_data(debian)
    _the_path_goes_on(debian)
    _a_damaged_release_is_not_installed(debian)


def by_https(debian: Debian) -> httpx.Client:
    assert wait_until(debian.ca.exists)
    return httpx.Client(base_url=f"https://{debian.host}", verify=ssl.create_default_context(cafile=str(debian.ca)))


def answers(visitor: httpx.Client) -> bool:
    try:
        return visitor.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def _the_settings_and_the_data_are_the_service_s_alone(debian: Debian) -> None:
    modes = debian.run("stat -c '%a %U %n' /etc/homeplan/homeplan.env /var/lib/homeplan/homeplan.sqlite")
    assert modes.splitlines() == [
        "600 root /etc/homeplan/homeplan.env",
        "600 homeplan /var/lib/homeplan/homeplan.sqlite",
    ]


def _the_versions_are_the_locked_ones(debian: Debian) -> None:
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    installed = debian.run("/opt/homeplan/bin/pip list --format=freeze --disable-pip-version-check")
    found = {name.lower().replace("_", "-"): version for name, version in re.findall(r"^(\S+)==(\S+)", installed, re.M)}
    others = {name: version for name, version in found.items() if locked.get(name) != version}
    assert others.keys() <= {"homeplan", "pip", "setuptools"}
    assert len(found) > 50


def _a_second_run_keeps_settings_and_data(debian: Debian) -> None:
    digest = "sha256sum /etc/homeplan/homeplan.env /etc/caddy/Caddyfile"
    before = debian.run(digest)
    printed = debian.follow(commands()[0])
    assert "/etc/homeplan/homeplan.env is there already and stays as it is" in printed
    assert debian.run(digest) == before


def _the_path_goes_on(debian: Debian) -> None:
    """Backed up as the service's user, restored, and upgraded from a database of an older version."""
    pages = path()
    debian.follow(*pages["go-live"], pages["watch"][0])
    assert "as it was made at" in debian.follow(*pages["back-up"])
    assert "All staff are signed out" in debian.follow(*pages["restore"])
    upgrade, way_back = pages["upgrade"]
    debian.run("systemctl stop homeplan; rm -rf /var/lib/homeplan/homeplan.sqlite*")
    old = debian.root / "root/old.sqlite"
    asyncio.run(make_old(f"sqlite:///{old}", 16, debian.root / "root/old"))
    debian.run(
        "install -o homeplan -g homeplan -m 600 /root/old.sqlite /var/lib/homeplan/homeplan.sqlite\n"
        f"sed -i 's/^HOMEPLAN_AUDIT_KEY=.*/HOMEPLAN_AUDIT_KEY={SECRET}/' /etc/homeplan/homeplan.env\n"
        "systemctl start homeplan"
    )
    debian.follow(upgrade)
    assert "upgraded to schema" in debian.run("journalctl -u homeplan")
    assert debian.run("stat -c %U /var/backups/homeplan/homeplan-upgrade-from-0016-*.age") == "homeplan\n"
    assert "All staff are signed out" in debian.follow(way_back)


def _a_damaged_release_is_not_installed(debian: Debian) -> None:
    debian.run("echo >> /root/release/homeplan.service")
    with pytest.raises(AssertionError, match="a file of this release is damaged"):
        debian.follow(commands()[0])
