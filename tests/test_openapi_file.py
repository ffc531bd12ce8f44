"""The web's types come from web/openapi.json: it must say what the app says."""

import json
import runpy
from pathlib import Path
from typing import Any

WEB = Path(__file__).parents[1] / "web"


def description() -> Any:
    """The app's current description of its API."""
    made: Any = runpy.run_path(str(WEB / "openapi.py"))["description"]()
    return made


def test_the_web_knows_the_api_as_it_is() -> None:
    assert json.loads((WEB / "openapi.json").read_text("utf-8")) == json.loads(json.dumps(description())), (
        "the API has changed: run `python web/openapi.py`, then `npm --prefix web run types`"
    )
