"""`make quick` runs what a change can break."""

import pytest

from tests.quick import affected


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        (["src/homeplan/delivery/pace.py", "tests/delivery/test_pace.py"], ["tests/delivery"]),
        (["src/homeplan/library/data/library.yaml", "tests/alerts/evidence.py"], ["tests/alerts", "tests/library"]),
        (["src/homeplan/library/data/library.yaml", "tests/http/test_static.py"], ["tests"]),
        (["README.md", "docs/adr/0002-two-clocks.md"], ["tests/test_docs.py"]),
        (["tests/test_app.py", "tests/test_gone.py"], ["tests/test_app.py"]),
        (["src/homeplan/delivery/pace.py", "src/homeplan/db/sql.py"], ["tests"]),
        (["src/homeplan/clock.py"], ["tests"]),
        (["tests/conftest.py"], ["tests"]),
        (["migrations/0001_baseline.sql"], ["tests"]),
        (["web/src/patient/main.ts", "tests/browser/push/conftest.py", "Makefile"], []),
    ],
)
def test_a_change_asks_for_the_tests_of_its_feature_and_shared_code_for_all(
    changed: list[str], tests: list[str]
) -> None:
    assert affected(changed) == tests
