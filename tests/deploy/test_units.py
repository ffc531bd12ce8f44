"""The shipped units and container files are sound, as far as they can be judged without running them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import CI

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
MOST_EXPOSED = 2.0
"""On systemd's own scale from 0 to 10."""


@pytest.fixture(scope="module")
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        assert not CI, ".ci/run installs Debian's package systemd"
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    return found


@pytest.fixture(params=UNITS, ids=lambda path: path.name)
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The unit with a program that is on this machine."""
    text = request.param.read_text("utf-8")
    program = "/opt/homeplan/bin/homeplan"
    assert f"ExecStart={program} " in text
    placed: Path = tmp_path / request.param.name
    placed.write_text(text.replace(program, sys.executable))
    return placed


def test_systemd_takes_each_unit_without_a_word(analyze: str, unit: Path) -> None:
    done = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_unit_with_a_mistake_is_refused(analyze: str, unit: Path) -> None:
    unit.write_text(unit.read_text().replace("ProtectHome=yes", "ProtectHome=perhaps\nProtectHouse=yes"))
    done = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert "ProtectHouse" in done.stderr


def test_each_unit_may_do_little(analyze: str, unit: Path) -> None:
    command = [analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED * 10:.0f}", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_the_container_file_has_no_known_fault() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run(
        [hadolint, "--failure-threshold", "info", DEPLOY / "Containerfile"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_compose_example_has_what_the_container_file_needs() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    assert set(compose["services"]) == {"homeplan", "caddy"}
    homeplan, caddy = compose["services"]["homeplan"], compose["services"]["caddy"]
    assert homeplan["build"]["dockerfile"] == "Containerfile"
    assert homeplan["read_only"] is True
    assert "ports" not in homeplan, "only the proxy is reached from outside"
    assert homeplan["environment"]["HOMEPLAN_TRUSTED_PROXIES"] == caddy["networks"]["inside"]["ipv4_address"]
    assert any(each.endswith(":/etc/caddy/Caddyfile:ro") for each in caddy["volumes"])
