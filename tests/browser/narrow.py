"""The narrowest phone with text of twice the size, on a page that is open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, ViewportSize

NARROWEST: ViewportSize = {"width": 320, "height": 640}

LARGE_TEXT = "212.5%"
"""Twice the size that the app gives its text, as a phone's setting does."""

# What sticks out to the right, and text that a box cuts off.
MISFITS = """
() => {
  const page = document.documentElement, found = [];
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide`);
  for (const e of document.querySelectorAll("body *")) {
    if (!e.checkVisibility() || e.closest(".visually-hidden, .skip, svg")) continue;
    const { right, width } = e.getBoundingClientRect();
    if (width && right > page.clientWidth + 1 && !scrolls(e)) found.push(`${name(e)} ends at ${Math.round(right)}`);
    if (e.innerText && getComputedStyle(e).overflow === "hidden" && overflows(e)) found.push(`${name(e)} is cut off`);
  }
  return found;
  function name(e) {
    return `${e.tagName.toLowerCase()}.${e.getAttribute("class") ?? ""} "${e.textContent.trim().slice(0, 30)}"`;
  }
  function overflows(e) {
    return e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
  }
  function scrolls(e) {
    const box = e.parentElement;
    return box !== null && (/auto|scroll/.test(getComputedStyle(box).overflowX) || scrolls(box));
  }
}
"""


@asynccontextmanager
async def narrow(page: Page) -> AsyncIterator[list[str]]:
    """The page is narrow and its text large until the block ends; what does not fit then."""
    before, size = page.viewport_size, "size => { document.documentElement.style.fontSize = size }"
    assert before is not None
    await page.set_viewport_size(NARROWEST)
    await page.evaluate(size, LARGE_TEXT)
    yield await page.evaluate(MISFITS)
    await page.evaluate(size, "")
    await page.set_viewport_size(before)
