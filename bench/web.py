"""Loading times of the patient's app on a slow phone and network, and of the same first screen on React.

    python bench/web.py              about six minutes
    python bench/web.py --quick      about two minutes, fewer rounds
    python bench/web.py --lighthouse Lighthouse's scores besides

The demo clinic and the peer are served on loopback; Chromium is slowed to slow 4G and a quarter of this machine's
processor. Everything stops by itself. Read ratios of one run: the figures move with the machine and its load, which is
printed. docs/performance.md explains the table. The last line is one JSON object.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

if not __package__:  # run as a program: imports count from the root of the repository
    sys.path[0] = str(Path(__file__).parents[1])

from bench import lighthouse, peer_page
from bench.phone import phone, slow, tap, visit
from bench.processes import ROOT, load
from homeplan.app import WEB
from homeplan.http.static import read_web_files
from tests.browser.conftest import CHROMIUM_ARGUMENTS

TODAY = "button.mark"
"""The first screen is drawn when something can be marked as done."""
ROUNDS, QUICK_ROUNDS = 9, 3
HUMAN_TAP_S = 1.35 + 1.1 + 0.2
"""To decide, to point, to press: the keystroke-level model of Card, Moran and Newell (1980)."""
ANSWERS = {"me": "/api/me", "plan": "/api/me/plan", "checkins": "/api/me/checkins?from=2026-01-01&to=2026-01-02"}

Round = dict[str, float]


def main() -> None:
    """Measure, print, and end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds instead of {ROUNDS}")
    parser.add_argument("--lighthouse", action="store_true", help="run Lighthouse too (npx fetches it)")
    options = parser.parse_args()
    print(json.dumps(asyncio.run(_run(options))))


async def _run(options: argparse.Namespace) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed; run `make browsers`.")
    began, found = time.monotonic(), {"load": load()}
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as folder:
        print("inventing a clinic …", flush=True)
        (Path(folder) / "clinic").mkdir()
        with _serving("bench.clinic", Path(folder) / "clinic") as (clinic, origin):
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
                rounds = await _rounds(browser, origin, clinic, Path(folder), QUICK_ROUNDS if options.quick else ROUNDS)
                await browser.close()
            found |= _tell(*rounds)
            if options.lighthouse:
                found |= await lighthouse.scores(chromium, _link(clinic), TODAY)
    return found | {"patient_gz_kb": _first_load_kb(), "load_after": load(), "seconds": round(time.monotonic() - began)}


async def _rounds(
    browser: Browser, origin: str, clinic: "subprocess.Popen[str]", folder: Path, count: int
) -> tuple[list[Round], list[Round]]:
    """Ours and the peer in turns, so that both see the same machine."""
    ours: list[Round] = []
    theirs: list[Round] = []
    try:
        page = peer_page.build(folder / "peer", await _answers(browser, _link(clinic)))
    except RuntimeError as failed:
        print(f"the peer is left out: {failed}")
        page = None
    for number in range(count):
        print(f"round {number + 1} of {count} (load {load()}) …", flush=True)
        ours.append(await _ours(browser, origin, _link(clinic)))
        if page and "done_shown" in ours[-1]:  # the peer shows exercises only
            with _serving("bench.peer_page", page) as (_, peer):
                theirs.append(await _theirs(browser, peer))
    return ours, theirs


async def _ours(browser: Browser, origin: str, link: str) -> Round:
    """The invitation; then without a worker and its files; with them; without a network; a day's use."""
    async with phone(browser) as context:
        page = await context.new_page()
        session = await slow(page)
        invited = await visit(page, link, "section .button")
        await page.tap("section .button")
        await page.wait_for_selector(TODAY)
        await page.evaluate("navigator.serviceWorker.getRegistration().then((worker) => worker.unregister())")
        await page.evaluate("caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))")
        await session.send("Network.clearBrowserCache")
        await page.close()
        pages = []
        for offline in (False, False, True):
            page = await context.new_page()
            await slow(page, offline=offline)
            pages.append(await visit(page, origin, TODAY))
            if not offline:
                await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
            await page.close()
        cold, warm, gone = pages
        page = await context.new_page()
        await slow(page)
        await visit(page, origin, TODAY)
        return {
            "invited": invited["lcp_ms"],
            "cold": cold["lcp_ms"],
            "warm": warm["lcp_ms"],
            "offline": gone["lcp_ms"],
            **await _day(page),
            "cls": max(invited["cls"], cold["cls"], warm["cls"], gone["cls"], await page.evaluate("vitals.cls")),
        }


async def _day(page: Page) -> Round:
    """The actions of each day: an exercise opened, one noted as done, a check-in."""
    found: Round = {}
    if await page.locator("a.drawing").count():  # on a Saturday or Sunday the plan may have no exercise
        opened = await tap(page, "a.drawing", ".page h1[tabindex]:not(:empty) ~ *, .page .button")
        found = {"exercise_paint": opened["paint_ms"], "exercise_shown": opened["shown_ms"]}
        await page.go_back()
        await page.wait_for_selector(TODAY)
        done = await tap(page, TODAY, ".finished")
        found |= {"done_paint": done["paint_ms"], "done_shown": done["shown_ms"]}
    pain = await tap(page, "button.number >> nth=3", "#painNow")
    saved = await tap(page, "section[aria-labelledby=gate] .button", "a[href='#/today']")
    await page.get_by_text("Sent to your clinic.").wait_for()  # or it would arrive in the next round
    return found | {
        "pain_paint": pain["paint_ms"],
        "pain_shown": pain["shown_ms"],
        "save_paint": saved["paint_ms"],
        "save_shown": saved["shown_ms"],
    }


async def _theirs(browser: Browser, origin: str) -> Round:
    async with phone(browser) as context:
        found: Round = {}
        for name in ("cold", "warm"):
            page = await context.new_page()
            await slow(page)
            seen = await visit(page, origin, TODAY)
            found |= {name: seen["lcp_ms"], "cls": max(found.get("cls", 0), seen["cls"])}
        done = await tap(page, TODAY, ".item span.mark")
        pain = await tap(page, "button.number >> nth=3", "fieldset")
        return found | {
            "done_paint": done["paint_ms"],
            "done_shown": done["shown_ms"],
            "pain_paint": pain["paint_ms"],
            "pain_shown": pain["shown_ms"],
        }


async def _answers(browser: Browser, link: str) -> dict[str, Any]:
    """The server's answers to a phone that has joined."""
    async with phone(browser) as context:
        page = await context.new_page()
        await visit(page, link, "section .button")
        await page.tap("section .button")
        await page.wait_for_selector(TODAY)
        ask = "path => fetch(path).then((answer) => answer.json())"
        return {name: await page.evaluate(ask, path) for name, path in ANSWERS.items()}


def _tell(ours: list[Round], theirs: list[Round]) -> dict[str, Any]:
    """The table, and what of it goes into the JSON."""
    middle = {name: statistics.median(each[name] for each in ours) for name in ours[0]}
    print(f"\n{'ms, median of ' + str(len(ours)):34} {'ours':>7} {'from - to':>13} {peer_page.NAME:>9} {'ratio':>6}")
    ratios: Round = {}
    for name, label in LINES.items():
        if name not in middle:
            print(f"{label:34} not measured: no exercise is due today")
            continue
        values = [each[name] for each in ours]
        line = f"{label:34} {middle[name]:7.0f} {min(values):6.0f} -{max(values):5.0f}"
        if theirs and name in theirs[0]:
            # Pairs of one round met the same machine.
            ratios[name] = statistics.median(mine[name] / peer[name] for mine, peer in zip(ours, theirs, strict=True))
            line += f" {statistics.median(each[name] for each in theirs):9.0f} {ratios[name]:6.2f}"
        print(line)
    checkin_s = (middle["warm"] + middle["pain_shown"] + middle["save_shown"]) / 1000 + 2 * HUMAN_TAP_S
    print(f"{'layout shift (CLS), worst':34} {max(each['cls'] for each in ours):7.3f}")
    print(f"From the icon to a saved check-in in two taps of {HUMAN_TAP_S:.2f} s: {checkin_s:.1f} s.\n")
    return {
        "lcp_ms": round(max(middle["cold"], middle["invited"])),
        "lcp_invited_ms": round(middle["invited"]),
        "lcp_cold_ms": round(middle["cold"]),
        "lcp_warm_ms": round(middle["warm"]),
        "lcp_offline_ms": round(middle["offline"]),
        "cls": round(max(each["cls"] for each in ours), 4),
        "tap_to_paint_ms": round(max(middle[name] for name in middle if name.endswith("_paint"))),
        "tap_to_screen_ms": round(max(middle[name] for name in middle if name.endswith("_shown"))),
        "icon_to_saved_s": round(checkin_s, 1),
        "vs_react": {name: round(ratio, 2) for name, ratio in ratios.items()},
        "rounds": len(ours),
    }


LINES = {
    "invited": "LCP, an invitation opened",
    "cold": "LCP, nothing of the app kept",
    "warm": "LCP, second visit",
    "offline": "LCP, without a network",
    "pain_paint": "pain tapped, next paint",
    "pain_shown": "pain tapped, check-in shown",
    "exercise_paint": "exercise tapped, next paint",
    "exercise_shown": "exercise tapped, player shown",
    "done_paint": "done tapped, next paint",
    "done_shown": "done tapped, shown as done",
    "save_paint": "save tapped, next paint",
    "save_shown": "save tapped, thanks shown",
}


def _first_load_kb() -> float:
    """Bytes that index.html requests at once, with the words in English, in kB after gzip."""
    files = read_web_files(WEB)
    page = files["index.html"].body.decode()
    scripts = {name: file for name, file in files.items() if name.startswith("assets/")}
    first = [file for name, file in scripts.items() if f'"/{name}"' in page or name.startswith("assets/en-")]
    return round(sum(len((file.packed({"gzip"}) or ("", file.body))[1]) for file in first) / 1000, 1)


@contextmanager
def _serving(module: str, folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """`python -m module folder` and the origin that it prints; it ends with the `with` block, or with this process."""
    command = [sys.executable, "-m", module, str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, env=dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        try:
            yield process, _answer(process)["origin"]
        finally:
            process.stdin.close()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _link(clinic: "subprocess.Popen[str]") -> str:
    """A new invitation of the patient."""
    assert clinic.stdin is not None
    clinic.stdin.write("\n")
    clinic.stdin.flush()
    return str(_answer(clinic)["link"])


def _answer(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


if __name__ == "__main__":
    main()
