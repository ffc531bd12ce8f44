"""WebKit, the engine of every browser on an iPhone, through Debian's WebKitWebDriver, on a screen that nobody sees."""

import asyncio
import contextlib
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import httpx

from tests.browser.moment import IN_DENVER
from tests.waiting import LIMIT_S, until

SCREEN = (390, 844)

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
"""The user agent of Safari on an iPhone, by which the app recognizes an iPhone."""


class WebDriverError(Exception):
    """WebKit refused a command."""


class WebKit:
    """One MiniBrowser of phone size that calls itself an iPhone. Its storage is private and ends with it."""

    def __init__(self, home: Path, processes: list[asyncio.subprocess.Process], driver: httpx.AsyncClient):
        self._home = home
        self._processes = processes
        self._driver = driver
        self._session = ""

    @classmethod
    async def start(cls) -> "WebKit":
        home = Path(tempfile.mkdtemp(prefix="homeplan-webkit-"))
        screen, display = await _screen()
        port = _free_port()
        environment = IN_DENVER | {
            "DISPLAY": display,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "LANG": "C.UTF-8",
            "GDK_BACKEND": "x11",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "NO_AT_BRIDGE": "1",
        }
        process = await asyncio.create_subprocess_exec(
            "WebKitWebDriver",
            f"--port={port}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
        )
        driver = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=LIMIT_S, trust_env=False)
        webkit = cls(home, [process, screen], driver)
        try:
            await webkit._open()
        except BaseException:
            await webkit.close()
            raise
        return webkit

    async def close(self) -> None:
        with contextlib.suppress(httpx.HTTPError, WebDriverError):
            if self._session:
                await self._command("DELETE", "")
        await self._driver.aclose()
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
        shutil.rmtree(self._home, ignore_errors=True)

    async def goto(self, url: str) -> None:
        await self._command("POST", "/url", url=url)

    async def reload(self) -> None:
        await self._command("POST", "/refresh")

    async def url(self) -> str:
        return str(await self._command("GET", "/url"))

    async def script(self, body: str, *arguments: Any) -> Any:
        """Run a function body in the page; `await` is allowed. Raises WebDriverError for what it throws."""
        wrapped = f"""
            const answer = arguments[arguments.length - 1];
            (async (...arguments) => {{ {body} }})(...[...arguments].slice(0, -1)).then(
                value => answer({{ value }}), error => answer({{ error: String(error) }}));
        """
        answer = await self._command("POST", "/execute/async", script=wrapped, args=list(arguments))
        if "error" in answer:
            raise WebDriverError(answer["error"])
        return answer.get("value")

    async def until(self, body: str, *arguments: Any) -> Any:
        """Run the function body until it returns something true. Raises TimeoutError."""
        try:
            return await until(lambda: self.script(body, *arguments), f"{' '.join(body.split())[:120]} {arguments}")
        except TimeoutError as error:
            error.add_note(f"WebKit shows: {await self.script('return document.body.innerText')}")
            raise

    async def sees(self, text: str) -> None:
        """Wait until the page shows the text."""
        await self.until("return document.body.innerText.includes(arguments[0])", text)

    async def tap(self, selector: str, text: str = "") -> None:
        """Click, where it lies on the screen, the first visible element of the selector that holds the text."""
        await self._command("POST", f"/element/{await self._find(selector, text)}/click")

    async def type(self, selector: str, keys: str) -> None:
        await self._command("POST", f"/element/{await self._find(selector)}/value", text=keys)

    async def screenshot(self) -> str:
        """The page as a PNG in base64."""
        return str(await self._command("GET", "/screenshot"))

    async def _find(self, selector: str, text: str = "") -> str:
        element: dict[str, str] = await self.until(
            """
            const [selector, text] = arguments;
            const found = [...document.querySelectorAll(selector)]
              .find(each => each.checkVisibility() && each.textContent.includes(text));
            found?.scrollIntoView({ block: "center", behavior: "instant" });
            return found;
            """,
            selector,
            text,
        )
        [name] = element.values()
        return name

    async def _open(self) -> None:
        deadline = asyncio.get_running_loop().time() + LIMIT_S
        options = {
            "binary": _minibrowser(),
            "args": ["--automation", "--full-screen", f"--user-agent={IPHONE}"],
        }
        wanted = {"acceptInsecureCerts": True, "webkitgtk:browserOptions": options}
        while True:
            try:
                answer = await self._driver.post("/session", json={"capabilities": {"alwaysMatch": wanted}})
                break
            except httpx.ConnectError:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.05)
        self._session = _value(answer)["sessionId"]
        width, height = SCREEN
        await self._command("POST", "/window/rect", x=0, y=0, width=width, height=height)

    async def _command(self, method: str, path: str, **parameters: Any) -> Any:
        body = parameters if method == "POST" else None
        return _value(await self._driver.request(method, f"/session/{self._session}{path}", json=body))


def _value(answer: httpx.Response) -> Any:
    value = answer.json()["value"]
    if answer.is_error:
        raise WebDriverError(f"{value['error']}: {value['message']}")
    return value


async def _screen() -> tuple[asyncio.subprocess.Process, str]:
    """An X server with one phone-sized screen, on the first display that is free."""
    width, height = SCREEN
    process = await asyncio.create_subprocess_exec(
        *("Xvfb", "-displayfd", "1", "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    number = await asyncio.wait_for(process.stdout.readline(), LIMIT_S)
    return process, f":{number.decode().strip()}"


def _minibrowser() -> str:
    """Debian keeps it beside the library, not on the path."""
    found = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    return str(found[-1]) if found else "MiniBrowser"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
