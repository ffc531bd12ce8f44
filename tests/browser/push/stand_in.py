"""Chromium's push without Google's services: it subscribes at the test's service, and what arrives there is handed in.

The keys are made here, so the very plaintext that homeplan encrypted reaches the service worker, awake or not.
"""

import asyncio
from datetime import timedelta
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Page

from homeplan.clock import from_ms
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.push_service import PushService
from tests.waiting import LIMIT_S, until

# `subscribe` asks the test; what it was given outlives the page, as a browser's subscription does.
STUB = """
(() => {
  const name = "stand-in for the browser's subscription";
  const binary = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
  const made = () => {
    const given = JSON.parse(localStorage.getItem(name));
    return given && {
      options: { userVisibleOnly: true, applicationServerKey: binary(given.key).buffer },
      toJSON: () => ({ endpoint: given.endpoint, keys: given.keys }),
      unsubscribe: async () => { localStorage.removeItem(name); return true; },
    };
  };
  PushManager.prototype.getSubscription = async () => made();
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    const key = btoa(String.fromCharCode(...applicationServerKey)).replace(/[+]/g, "-").replace(/[/]/g, "_");
    const given = await homeplanSubscribe(key.replace(/=/g, ""));
    if (given === "silence") return await new Promise(() => {});
    if (given === "refusal") throw new DOMException("Registration failed", "AbortError");
    localStorage.setItem(name, JSON.stringify({ ...given, key }));
    return made();
  };
})();
"""
FORGET = """localStorage.removeItem("stand-in for the browser's subscription")"""
NOTIFICATIONS = """
navigator.serviceWorker.ready
  .then(registration => registration.getNotifications())
  .then(all => all.map(({ title, body, lang, tag, data }) => ({ title, body, lang, tag, data })))
"""
# Only a browser may grant its worker's events more time and let it move windows: what the app asks of both is noted.
CLICK = """
async () => {
  const [notification] = await registration.getNotifications();
  const event = new NotificationEvent("notificationclick", { notification });
  const lasting = [];
  event.waitUntil = work => lasting.push(work);
  self.homeplanOpened = undefined;
  self.clients.openWindow = async address => { self.homeplanOpened = address; };
  WindowClient.prototype.focus = async () => {};
  self.dispatchEvent(event);
  await Promise.all(lasting);
  return self.homeplanOpened ?? null;
}
"""


NO_PAGE_IS_OPEN = "self.clients.matchAll({ includeUncontrolled: true }).then(all => all.length === 0)"


class StandIn:
    """The push services' and the person's part in one Chromium context."""

    def __init__(self, context: BrowserContext, service: PushService):
        self._context = context
        self._service = service
        self._cdp: CDPSession | None = None
        self._registration = ""
        self._registered = asyncio.Event()
        self._displayed = 0
        self.mode = "subscribe"
        """Or `silence`: subscribing never settles; or `refusal`."""
        self.asked = asyncio.Event()
        """Set by the first subscribing."""
        self.endpoints: list[str] = []

    @classmethod
    async def install(
        cls, context: BrowserContext, service: PushService, site: Site, *, allow: bool = True
    ) -> "StandIn":
        """Before the context's first page is opened. `allow`: whether the person says yes to notifications."""
        stand_in = cls(context, service)
        await context.grant_permissions(["notifications"] if allow else [], origin=site.origin)  # denies all others
        await context.expose_function("homeplanSubscribe", stand_in._subscribe)
        await context.add_init_script(STUB)
        return stand_in

    async def deliver(self, page: Page, message: str | None = None) -> None:
        """Hand a plaintext to the service worker: the last that the service has taken, or this one."""
        cdp = await self._session(page)
        data = message if message is not None else (self._service.received[-1].plaintext or b"").decode()
        origin = await page.evaluate("location.origin")
        await cdp.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": origin, "registrationId": self._registration, "data": data},
        )

    async def shown(self, page: Page, count: int = 1) -> list[dict[str, Any]]:
        """The notifications on the screen, once the browser has displayed `count`. Raises TimeoutError."""
        await until(lambda: self._displayed >= count, f"{count} notifications")
        return await notifications(page)

    async def leave(self, page: Page) -> None:
        """Go elsewhere. Returns once the worker knows that no page of the app is open."""
        await page.goto("about:blank")
        worker = self._context.service_workers[-1]
        await until(lambda: worker.evaluate(NO_PAGE_IS_OPEN), "a worker without pages")

    async def click(self) -> str | None:
        """Click the notification. Returns the address of the window that was opened, if one was."""
        opened: str | None = await self._context.service_workers[-1].evaluate(CLICK)
        return opened

    async def _subscribe(self, key: str) -> Any:
        self.asked.set()
        if self.mode != "subscribe":
            return self.mode
        made = self._service.subscribe(key)
        self.endpoints.append(made["endpoint"])
        return made

    async def _session(self, page: Page) -> CDPSession:
        if self._cdp is None:
            self._cdp = await self._context.new_cdp_session(page)
            self._cdp.on("ServiceWorker.workerRegistrationUpdated", self._note_registration)
            await self._cdp.send("ServiceWorker.enable")
            await asyncio.wait_for(self._registered.wait(), LIMIT_S)
            self._cdp.on("BackgroundService.backgroundServiceEventReceived", self._note_displayed)
            await self._cdp.send("BackgroundService.startObserving", {"service": "notifications"})
            await self._cdp.send("BackgroundService.setRecording", {"service": "notifications", "shouldRecord": True})
        return self._cdp

    def _note_registration(self, event: dict[str, Any]) -> None:
        for each in event["registrations"]:
            if not each["isDeleted"]:
                self._registration = each["registrationId"]
                self._registered.set()

    def _note_displayed(self, event: dict[str, Any]) -> None:
        self._displayed += event["backgroundServiceEvent"]["eventName"] == "Notification displayed"


async def notifications(page: Page) -> list[dict[str, Any]]:
    """The notifications on the screen. Ask only once they are displayed.

    Chromium forgets a notification that is asked for while it is stored and not yet displayed: it takes it for closed.
    """
    found: list[dict[str, Any]] = await page.evaluate(NOTIFICATIONS)
    return found


async def stop_worker(context: BrowserContext, page: Page) -> None:
    """As a browser does after half a minute without events. Returns once it has stopped."""
    running: dict[str, str] = {}

    def note(event: dict[str, Any]) -> None:
        running.update({each["versionId"]: each["runningStatus"] for each in event["versions"]})

    cdp = await context.new_cdp_session(page)
    cdp.on("ServiceWorker.workerVersionUpdated", note)
    await cdp.send("ServiceWorker.enable")

    async def has_stopped() -> bool:
        if set(running.values()) != {"stopped"}:
            await cdp.send("ServiceWorker.stopAllWorkers")  # a page that still loads starts it again
        return set(running.values()) == {"stopped"}

    await until(has_stopped, "a worker that has stopped")
    await cdp.detach()


TURN_ON = {"en": "Turn on reminders on this phone", "es": "Activar avisos en este teléfono"}


async def reminded(site: Site, page: Page, language: str = "en") -> Phone:
    """A phone that has joined and switched reminders on."""
    ana = await Phone.joined(site, page, language=language)
    await ana.open("reminders")
    await page.get_by_role("button", name=TURN_ON[language]).click()
    await site.until_row("SELECT due_at FROM reminder_due")
    return ana


async def send_reminder(site: Site) -> None:
    """Let the next reminder come due, and send it."""
    due = await site.until_row("SELECT due_at FROM reminder_due")
    site.clock.set(from_ms(due["due_at"]) + timedelta(seconds=1))
    assert await site.send_due() == {"sent": 1}
