"""Writes openapi.json, the server's description of its API, from which `npm run types` makes the web's types.

Run it in the project's Python environment after a change of the API: `python web/openapi.py`, then `npm run types`.
"""

import json
from pathlib import Path
from typing import Any, cast

import msgspec

from homeplan.app import create_litestar
from homeplan.db import Database
from homeplan.settings import Settings

FILE = Path(__file__).with_name("openapi.json")


def description() -> Any:
    """The description as plain values. It is made from the routes alone: no database is asked."""
    app = create_litestar(Settings(origin="http://localhost", openapi=True), cast("Database", None))
    return msgspec.to_builtins(app.openapi_schema.to_schema())


if __name__ == "__main__":
    FILE.write_text(json.dumps(description(), indent=1, sort_keys=True) + "\n", "utf-8")
