"""The time that a list of 1,000 patients takes in a browser: opened, sorted and searched.

    python bench/console.py                  about two minutes
    python bench/console.py --patients 200   smaller

The patients are the demo clinic's, copied, in a SQLite file; the browser is Debian's Chromium on the same machine.
Times end with the frame that shows the new rows. The list comes by pages of 50, and a search asks once typing rests for
200 ms, which is part of its time. Everything stops by itself. The last line is one JSON object.
"""

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
from playwright.async_api import Browser, Page, async_playwright

if not __package__:  # run as a program: imports count from the root of the repository
    sys.path[0] = str(Path(__file__).parents[1])

from bench import servers
from bench.population import Population
from bench.processes import load, run
from bench.reach_parts.worklist import wait_for_places, wait_until_idle
from bench.scenarios import STAFF
from tests.browser.conftest import CHROMIUM_ARGUMENTS

SCREEN = {"width": 1440, "height": 900}
ROUNDS = 9
MADE_IN_S = 600.0
"""Longest time for inventing the patients."""
SHOWN = "() => document.querySelectorAll('main li .name').length > 0"
# From the change until the frame in which the list has other rows, by the page's own clock.
CHANGED = """
([selector, event, value]) => new Promise((changed) => {
  const rows = () => [...document.querySelectorAll("main li .name a")].map((row) => row.href).join();
  const before = rows();
  const field = document.querySelector(selector);
  const began = performance.now();
  field.value = value;
  field.dispatchEvent(new Event(event, { bubbles: true }));
  const look = () => rows() === before ? requestAnimationFrame(look)
    : requestAnimationFrame(() => changed(performance.now() - began));
  look();
})
"""
SENT = """
() => performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
  .filter(({ name }) => !name.includes("/api/")).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
"""

Round = dict[str, float]


def main() -> None:
    """Measure, print, and end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=1000, help="patients of the clinic (1000)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds, of which the median counts ({ROUNDS})")
    options = parser.parse_args()
    print(json.dumps(_run(options.patients, options.rounds)))


def _run(patients: int, rounds: int) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed; run `make browsers`.")
    began, load_before = time.monotonic(), load()
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as name:
        file, into = Path(name) / "homeplan.sqlite", Path(name) / "people.json"
        url = f"sqlite:///{file}"
        print(f"inventing {patients} patients …", flush=True)
        run("bench.population", {"into": str(into), "urls": [url], "patients": [patients]}, {}, limit_s=MADE_IN_S)
        (token,) = msgspec.json.decode(into.read_bytes(), type=Population).administrators.values()
        with servers.homeplan("homeplan", url) as ours:
            wait_for_places(file)
            wait_until_idle(ours)
            found = asyncio.run(_rounds(chromium, f"http://localhost:{ours.ports[0]}", token, rounds))
    middle = {name: round(statistics.median(each[name] for each in found), 1) for name in found[0]}
    for name, value in middle.items():
        print(f"{name:20} {value:8.1f}   {min(e[name] for e in found):8.1f} - {max(e[name] for e in found):8.1f}")
    ended = {"load": load_before, "load_after": load(), "seconds": round(time.monotonic() - began)}
    return {"patients": patients, "rounds": rounds, **middle, **ended}


async def _rounds(chromium: str, origin: str, token: str, count: int) -> list[Round]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        found = [await _round(browser, origin, token) for _ in range(count)]
        await browser.close()
    return found


async def _round(browser: Browser, origin: str, token: str) -> Round:
    """A browser that knows nothing yet opens the list, sorts it and searches in it."""
    context = await browser.new_context(viewport=SCREEN, locale="en-US")  # type: ignore[arg-type]
    await context.add_cookies(
        [{"name": STAFF, "value": token, "domain": "localhost", "path": "/", "secure": True, "httpOnly": True}]
    )
    page = await context.new_page()
    await page.goto(f"{origin}/console/", wait_until="commit")
    await page.wait_for_function(SHOWN)
    opened = await page.evaluate("performance.now()")
    sent = await page.evaluate(SENT)
    found = {
        "open_ms": opened,
        "sort_ms": await _after(page, ".sort select", "change", "name"),
        "search_ms": await _after(page, ".find input", "input", "stea"),
        "first_load_gz_kb": sent / 1000,
    }
    await context.close()
    return found


async def _after(page: Page, selector: str, event: str, value: str) -> float:
    return float(await page.evaluate(CHANGED, [selector, event, value]))


if __name__ == "__main__":
    main()
