"""Lighthouse's own scores of the first screen, on a phone that has joined."""

import asyncio
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS

LIGHTHOUSE = "lighthouse@12.8"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


async def scores(chromium: str, link: str, shown: str) -> dict[str, Any]:
    """0 to 100 for each category, and the audits that cost points; without npx nothing."""
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
            report = Path(folder) / "report.json"
            failed = await _lighthouse(link.partition("/e#")[0], port, report)
            await context.close()
        if failed:
            print(f"Lighthouse is left out: {failed}")
            return {}
        told = json.loads(report.read_text())
    found = {name: round(told["categories"][name]["score"] * 100) for name in CATEGORIES}
    print("Lighthouse: " + ", ".join(f"{name} {score}" for name, score in found.items()))
    for name in CATEGORIES:
        for part in told["categories"][name]["auditRefs"]:
            audit = told["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(f"  {name}: {audit['title']} ({audit.get('displayValue', audit['score'])})")
    return {"lighthouse": found}


async def _lighthouse(address: str, port: str, report: Path) -> str:
    """Why it could not be run; empty when it could."""
    command = ["npx", "--yes", LIGHTHOUSE, address, f"--port={port}", "--disable-storage-reset", "--quiet"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--output=json", f"--output-path={report}"]
    try:
        done = await asyncio.to_thread(
            subprocess.run, command, env=dict(os.environ), capture_output=True, text=True, timeout=300, check=False
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as reason:
        return str(reason)[:200]
    return "" if done.returncode == 0 else (done.stderr or done.stdout)[-300:]
