"""Firefox through its own remote protocol (Marionette): no driver to install, chrome scope for alerts and clicks."""

import asyncio
import itertools
import json
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.moment import IN_DENVER
from tests.waiting import LIMIT_S, until

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

# A stand-in for the desktop's alert service: it records what was shown, and lets a test click it.
RECORD_ALERTS = """
const { ComponentUtils } = ChromeUtils.importESModule("resource://gre/modules/ComponentUtils.sys.mjs");
const shown = [];
const mock = {
  QueryInterface: ChromeUtils.generateQI(["nsIAlertsService"]),
  showAlert(alert, listener) {
    shown.push({ alert, listener });
    listener?.observe(null, "alertshow", alert.cookie);
  },
  showAlertNotification() {},
  closeAlert() {},
  get manualDoNotDisturb() { return false; },
};
const registrar = Components.manager.QueryInterface(Ci.nsIComponentRegistrar);
const id = Services.uuid.generateUUID();
registrar.registerFactory(id, "alerts", "@mozilla.org/alerts-service;1", {
  createInstance: iid => mock.QueryInterface(iid),
});
globalThis.homeplanAlerts = shown;
"""
READ_ALERTS = """
return (globalThis.homeplanAlerts ?? [])
  .map(({ alert }) => ({ title: alert.title, body: alert.text, tag: alert.name }));
"""
CLICK_ALERT = """
const { alert, listener } = globalThis.homeplanAlerts[arguments[0]];
listener.observe(null, "alertclickcallback", alert.cookie);
"""
DENY = """
const principal = Services.scriptSecurityManager.createContentPrincipalFromOrigin(arguments[0]);
Services.perms.addFromPrincipal(principal, "desktop-notification", Services.perms.DENY_ACTION);
"""


class MarionetteError(Exception):
    """Firefox refused a command."""


class Firefox:
    """One Firefox with a profile of its own, gone with it."""

    def __init__(self, profile: Path, port: int):
        self._profile = profile
        self._port = port
        self._ids = itertools.count(1)
        self._process: asyncio.subprocess.Process
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    @classmethod
    async def start(cls, push_service: str | None = None) -> "Firefox":
        """Start it headless; `push_service` is the ws:// address that it subscribes at."""
        profile = Path(tempfile.mkdtemp(prefix="homeplan-firefox-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        (profile / "user.js").write_text(_preferences(port, push_service))
        firefox = cls(profile, port)
        await firefox.open()
        return firefox

    async def open(self) -> None:
        """Start it, again with all that it kept when it was quit."""
        command = ["firefox-esr", "--headless", "--marionette", "-remote-allow-system-access", "--no-remote"]
        self._process = await asyncio.create_subprocess_exec(
            *command,
            "--profile",
            str(self._profile),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=IN_DENVER | {"HOME": str(self._profile), "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
        await self._connect()
        await self.command("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})

    async def quit(self) -> None:
        """Close it as a person does; its profile stays."""
        try:
            await asyncio.wait_for(self.command("Marionette:Quit", flags=["eForceQuit"]), 10)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, MarionetteError):
            self._process.kill()
        self._writer.close()
        await self._process.wait()

    async def close(self) -> None:
        await self.quit()
        shutil.rmtree(self._profile, ignore_errors=True)

    async def goto(self, url: str) -> None:
        await self.command("WebDriver:Navigate", url=url)

    async def url(self) -> str:
        return str((await self.command("WebDriver:GetCurrentURL"))["value"])

    async def script(self, body: str, *arguments: Any) -> Any:
        """Run a function body in the page; `await` is allowed."""
        wrapped = f"return (async () => {{ {body} }}).apply(null, arguments);"
        return (await self.command("WebDriver:ExecuteScript", script=wrapped, args=list(arguments)))["value"]

    async def chrome_script(self, body: str, *arguments: Any) -> Any:
        """Run a function body in the browser itself."""
        await self.command("Marionette:SetContext", value="chrome")
        try:
            answer = await self.command(
                "WebDriver:ExecuteScript", script=body, args=list(arguments), sandbox="system", newSandbox=False
            )
            return answer["value"]
        finally:
            await self.command("Marionette:SetContext", value="content")

    async def record_alerts(self) -> None:
        await self.chrome_script(RECORD_ALERTS)

    async def alerts(self) -> list[dict[str, str]]:
        """Notifications shown since `record_alerts`, oldest first."""
        found: list[dict[str, str]] = await self.chrome_script(READ_ALERTS)
        return found

    async def deny_notifications(self, origin: str) -> None:
        """The person says no, in the browser's own settings."""
        await self.chrome_script(DENY, origin)

    async def click_alert(self, number: int = 0) -> None:
        await self.chrome_script(CLICK_ALERT, number)

    async def click(self, text: str) -> None:
        """Click the visible button or link whose text or name holds `text`."""
        await self.until(
            """
            const wanted = arguments[0];
            const all = [...document.querySelectorAll("button, a, [role=button], label, input")];
            const found = all.find(e => e.checkVisibility() &&
              ((e.textContent ?? "").includes(wanted) || e.getAttribute("aria-label") === wanted));
            if (found) { found.click(); return true; }
            return false;
            """,
            text,
        )

    async def until(self, body: str, *arguments: Any) -> Any:
        """Run the function body until it returns something true. Raises TimeoutError."""
        try:
            return await until(lambda: self.script(body, *arguments), f"{' '.join(body.split())[:120]} {arguments}")
        except TimeoutError as error:
            error.add_note(f"Firefox shows: {await self.script('return document.body.innerText')}")
            raise

    async def windows(self) -> list[str]:
        found: list[str] = await self.command("WebDriver:GetWindowHandles")  # type: ignore[assignment]
        return found

    async def switch_to(self, window: str) -> None:
        await self.command("WebDriver:SwitchToWindow", handle=window)

    async def screenshot(self) -> str:
        """The viewport as a PNG in base64."""
        return str((await self.command("WebDriver:TakeScreenshot", full=False))["value"])

    async def command(self, name: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._ids)
        message = json.dumps([0, number, name, parameters])
        self._writer.write(f"{len(message.encode())}:{message}".encode())
        await self._writer.drain()
        _, answered, error, result = await self._receive()
        if answered != number:
            raise MarionetteError(f"{name}: answer {answered} to {number}")
        if error:
            raise MarionetteError(f"{name}: {error['error']}: {error['message']}")
        value: dict[str, Any] = result
        return value

    async def _receive(self) -> Any:
        length = await self._reader.readuntil(b":")
        return json.loads(await self._reader.readexactly(int(length[:-1])))

    async def _connect(self) -> None:
        deadline = asyncio.get_running_loop().time() + LIMIT_S
        while True:
            try:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**26)
                break
            except OSError:
                if asyncio.get_running_loop().time() > deadline or self._process.returncode is not None:
                    raise
                await asyncio.sleep(0.1)
        await self._receive()  # its greeting


def _preferences(port: int, push_service: str | None) -> str:
    values: dict[str, Any] = {
        "marionette.port": port,
        "browser.shell.checkDefaultBrowser": False,
        "browser.aboutwelcome.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "toolkit.telemetry.reportingpolicy.firstRun": False,
        "app.update.auto": False,
        "dom.push.connection.enabled": push_service is not None,
        "permissions.default.desktop-notification": 1,
        "alerts.useSystemBackend": False,
        "dom.webnotifications.requireuserinteraction": False,
        # Nothing leaves the machine.
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": 9,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": 9,
        "network.proxy.no_proxies_on": "localhost, 127.0.0.1",
        "network.proxy.allow_bypass": False,
        "network.proxy.failover_direct": False,
        "network.trr.mode": 5,
    }
    if push_service is not None:
        values |= {
            "dom.push.serverURL": push_service,
            "dom.push.testing.allowInsecureServerURL": True,
            "dom.push.retryBaseInterval": 200,
        }
    return "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in values.items())
