"""A slow phone on a slow network, in Debian's Chromium: what a page makes it wait for, by the browser's own clocks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, CDPSession, Page

SLOW_4G = {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
"""Lighthouse's figures: ms of a round trip, bytes per second. Chromium adds the round trip to each request; it does
not slow the opening of a connection."""
CPU = 4
"""Times slower than this machine."""
SCREEN = {"width": 412, "height": 823}
LIMIT_S = 30

# The browser's own reports, from the first moment of the page.
_WATCH = """
window.vitals = { lcp: undefined, cls: 0, taps: [] };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) vitals.lcp = entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) vitals.cls += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.interactionId) vitals.taps.push(entry.duration);
}).observe({ type: "event", durationThreshold: 16 });
"""
# Playwright's own waiting for an element brings a large script, which the slowed processor would compile meanwhile.
_SHOWN = """
selector => new Promise((shown) => {
  const look = () => document.querySelector(selector) ? shown() : requestAnimationFrame(look);
  look();
})
"""
# From the finger's leaving the glass until the frame in which the element is there.
_UNTIL = """
selector => void (window.arrival = new Promise((resolve) => {
  addEventListener("pointerup", ({ timeStamp }) => {
    const look = () => {
      if (!document.querySelector(selector)) return requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - timeStamp);
      requestAnimationFrame(() => port2.postMessage(0));
    };
    look();
  }, { once: true, capture: true });
}))
"""


@asynccontextmanager
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A new phone that has seen nothing yet."""
    context = await browser.new_context(
        viewport=SCREEN,  # type: ignore[arg-type]
        device_scale_factor=1.75,
        is_mobile=True,
        has_touch=True,
        locale="en-US",
        timezone_id="America/Denver",
    )
    await context.add_init_script(_WATCH)
    try:
        yield context
    finally:
        await context.close()


async def slow(page: Page, *, offline: bool = False) -> CDPSession:
    """Slow the page's network and processor down."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", {"offline": offline, **SLOW_4G})
    await session.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    return session


async def visit(page: Page, address: str, shown: str) -> dict[str, float]:
    """Open the address until `shown` is there and nothing more is asked for: LCP in ms, and CLS."""
    await page.goto(address)
    await asyncio.wait_for(page.evaluate(_SHOWN, shown), LIMIT_S)
    await page.wait_for_load_state("networkidle")
    await _painted(page)
    vitals: dict[str, float] = await page.evaluate("vitals")
    return {"lcp_ms": vitals["lcp"], "cls": vitals["cls"]}


async def tap(page: Page, target: str, shown: str) -> dict[str, float]:
    """Tap, and wait for what it shows: ms to the next paint (16 stands for less), and to the frame that shows it."""
    before = len(await page.evaluate("vitals.taps"))
    element = page.locator(target).first
    await element.scroll_into_view_if_needed()
    await page.evaluate(_UNTIL, shown)
    await element.tap()
    there = float(await asyncio.wait_for(page.evaluate("arrival"), LIMIT_S))
    await _painted(page)
    taps = (await page.evaluate("vitals.taps"))[before:]
    return {"paint_ms": max(taps, default=16.0), "shown_ms": there}


async def _painted(page: Page) -> None:
    """Two frames and a pause, in which the browser hands its reports over."""
    await page.evaluate(
        "new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(told, 100))))"
    )
