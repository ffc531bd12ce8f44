"""Lighthouse's own scores of the first screen, on a phone that has joined."""

import asyncio
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS

LIGHTHOUSE = "lighthouse@12.8"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
RUNS = 5
"""One visit says little: the machine's other work moves the blocking time by a factor of three."""


async def scores(chromium: str, link: str, shown: str) -> dict[str, Any]:
    """0 to 100 for each category, the median of `RUNS` visits, and the audits that cost points; without npx nothing."""
    with tempfile.TemporaryDirectory(prefix="homeplan-lighthouse-") as folder:
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                f"{folder}/profile", executable_path=chromium, args=[*CHROMIUM_ARGUMENTS, "--remote-debugging-port=0"]
            )
            page = context.pages[0]
            await page.goto(link)
            await page.click("section .button")
            await page.wait_for_selector(shown)
            port = (Path(folder) / "profile" / "DevToolsActivePort").read_text().splitlines()[0]
            reports = [Path(folder) / f"report{number}.json" for number in range(RUNS)]
            for report in reports:
                if failed := await _lighthouse(link.partition("/e#")[0], port, report):
                    print(f"Lighthouse is left out: {failed}")
                    return {}
            await context.close()
        runs = [json.loads(report.read_text()) for report in reports]
    found = {name: statistics.median_low(_score(run, name) for run in runs) for name in CATEGORIES}
    best = max(_score(run, "performance") for run in runs)
    worst = min(_score(run, "performance") for run in runs)
    print("Lighthouse: " + ", ".join(f"{name} {score}" for name, score in found.items()), f"(runs {worst} to {best})")
    _tell_faults(min(runs, key=lambda run: abs(_score(run, "performance") - found["performance"])))
    return {"lighthouse": found}


def _score(run: dict[str, Any], name: str) -> int:
    return round(run["categories"][name]["score"] * 100)


def _tell_faults(run: dict[str, Any]) -> None:
    for name in CATEGORIES:
        for part in run["categories"][name]["auditRefs"]:
            audit = run["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(f"  {name}: {audit['title']} ({audit.get('displayValue', audit['score'])})")


async def _lighthouse(address: str, port: str, report: Path) -> str:
    """The reason why it could not run; empty when it could."""
    command = ["npx", "--yes", LIGHTHOUSE, address, f"--port={port}", "--disable-storage-reset", "--quiet"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--output=json", f"--output-path={report}"]
    try:
        done = await asyncio.to_thread(
            subprocess.run, command, env=dict(os.environ), capture_output=True, text=True, timeout=300, check=False
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as reason:
        return str(reason)[:200]
    return "" if done.returncode == 0 else (done.stderr or done.stdout)[-300:]
