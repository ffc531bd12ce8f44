"""Devices that can be reached by web push, deliveries to recipients by channel, and the outcomes of deliveries."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.errors import Conflict, Invalid, TooMany
from homeplan.values import Id, Instant, Language, Value

PatientText = Literal["reminder", "checkin", "message", "test", "after-needling"]
StaffText = Literal[
    "critical",
    "high",
    "again",
    "digest",
    "nobody-on-duty",
    "assigned",
    "sign-in",
    "sign-in-tried",
    "sign-in-changed",
    "test",
]
Kind = Literal[PatientText, StaffText, "confirm-address"]
"""The fixed text that is shown. A test has one text for patients and one for staff; the link that confirms an address
goes by mail alone."""

Status = Literal["pending", "leased", "sent", "gone", "stale", "superseded", "failed"]
"""The state of a delivery: the first two are open, the others are final."""

ChannelName = Literal["webpush", "mail", "sms"]
"""The way to a recipient; each has a folder of its own in `delivery/`."""

StaffChannel = Literal["webpush", "mail"]
"""The way to a member of staff."""

Platform = Literal["ios", "android", "desktop"]
KeyId = Annotated[str, Meta(pattern="^[0-9a-f]{12}$")]
Base64Url = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[A-Za-z0-9_-]+={0,2}$")]


class SubscriptionKeys(Value, frozen=True):
    """The browser's half of RFC 8291, base64url."""

    p256dh: Base64Url
    """A point on P-256, uncompressed: 65 bytes."""
    auth: Base64Url
    """16 bytes."""


class NewDevice(Value, frozen=True):
    """A browser's push subscription, as the patient app sends it."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=4000)]
    keys: SubscriptionKeys
    key_id: KeyId
    """The VAPID key with which the browser subscribed."""
    language: Language
    platform: Platform


class Device(Value, frozen=True):
    """A phone or computer on which a patient asked for reminders, or a member of staff for notices."""

    id: Id
    platform: Platform
    language: Language
    key_id: KeyId
    created_at: Instant
    last_accepted_at: Instant | None
    """The last time that a push service accepted a push for it."""
    last_shown_at: Instant | None
    """The last time that it reported a shown push."""
    failing_since: Instant | None
    """The time since which every push for it fails; None while they are accepted."""
    unshown: int
    """Number of pushes accepted since it last reported one as shown."""
    unshown_since: Instant | None
    needs_resubscribe_at: Instant | None
    """The time since which its subscription is known to use another key; the app subscribes again at its next start."""
    ended_at: Instant | None
    end: Literal["gone", "removed"] | None
    """`gone`: the push service forgot the subscription. `removed`: the patient switched reminders off there."""


class Reachability(Value, frozen=True):
    """Whether a patient's reminders arrive, told before anybody blames the patient."""

    state: Literal["none", "unproven", "reachable", "unreachable"]
    """`none`: reminders were never switched on. `unproven`: switched on, nothing accepted yet."""
    since: Instant | None
    reason: Literal["gone", "removed", "key-changed", "failing", "silent"] | None
    last_receipt_at: Instant | None
    devices: list[Device]


class Delivery(Value, frozen=True):
    """One message to one address of a patient, step by step; a step that did not happen is None."""

    id: Id
    channel: ChannelName
    device_id: Id
    """The address: of a push its device."""
    kind: Kind
    status: Status
    outcome: str | None
    """A short code: accepted, gone, wrong-key, auth, refused, timeout, unreachable, busy, held, late, done …"""
    attempts: int
    planned_at: Instant
    next_attempt_at: Instant
    deadline_at: Instant
    sent_at: Instant | None
    accepted_at: Instant | None
    shown_at: Instant | None
    opened_at: Instant | None


class PushKey(Value, frozen=True):
    """The applicationServerKey for `pushManager.subscribe`."""

    public_key: str
    key_id: KeyId


class StartedTest(Value, frozen=True):
    """The delivery to watch after asking for a test."""

    delivery_id: Id


class Receipt(Value, frozen=True):
    """A service worker's report about one push. The token came inside that push."""

    token: Annotated[str, Meta(min_length=1, max_length=300)]
    event: Literal["shown", "opened"]
    at: Instant


class Recipient(Struct, frozen=True):
    """A person to whom something is delivered."""

    kind: Literal["patient", "staff"]
    id: str


class Subscription(Struct, frozen=True, kw_only=True):
    """An address of web push: the endpoint is a secret, the keys are base64url."""

    endpoint: str
    p256dh: str
    auth: str
    key_id: str
    """The VAPID key with which the browser subscribed."""


class Mailbox(Struct, frozen=True):
    """An address of mail."""

    email: str
    confirm_token: str | None = None
    """The secret of the link that confirms the address; None when it is confirmed."""
    unsubscribe_token: str | None = None
    """The secret of the link that ends mails to a patient; None for staff, who choose in the console."""


class SmsNumber(Struct, frozen=True):
    """An address of SMS: a telephone number in E.164."""

    number: str


AddressOf = Subscription | Mailbox | SmsNumber
"""The address of one of the channels."""


class Address(Struct, frozen=True, kw_only=True):
    """A place where a recipient can be reached by one channel."""

    channel: ChannelName
    id: str
    """The id within the channel: of a device, of a mail address; for SMS of the patient, who has one number."""
    recipient: Recipient
    language: Language
    to: AddressOf


class NewDelivery(Struct, frozen=True, kw_only=True):
    """A delivery that any worker may claim. `topic` must be the same for what should replace one another."""

    clinic_id: str
    id: str
    channel: ChannelName
    recipient: Recipient
    address_id: str
    kind: Kind
    topic: str
    due_at: datetime
    deadline_at: datetime
    urgent: bool = False
    """Whether it is tried again within seconds."""
    occurrence_id: str | None = None


class Claimed(Struct, frozen=True, kw_only=True):
    """A delivery that this worker holds until `lease_until`, with what it takes to send it."""

    clinic_id: str
    id: str
    channel: ChannelName
    recipient: Recipient
    address_id: str
    to: AddressOf | None
    """None when the address is gone."""
    language: Language
    kind: Kind
    topic: str
    attempts: int
    """The number of this attempt, from 1."""
    deadline_at: datetime
    owner: str
    urgent: bool = False
    occurrence_id: str | None = None
    """The reminder's occurrence; None for a test, for news of a message and for a notice to staff."""


class Sent(Struct, frozen=True, tag=True):
    """The push service took it."""

    status: int


class Gone(Struct, frozen=True, tag=True):
    """The subscription does not exist any more: forget the device."""

    status: int


class WrongKey(Struct, frozen=True, tag=True):
    """The subscription was made with another VAPID key: the app must subscribe again."""

    reason: str


class AuthRefused(Struct, frozen=True, tag=True):
    """Our signature is refused: our fault, so stop that origin, tell the operator, delete nothing."""

    reason: str


class Retry(Struct, frozen=True, tag=True):
    """It may work later. `after_s` is what the service asked for, None to back off."""

    reason: str
    after_s: float | None = None


class Refused(Struct, frozen=True, tag=True):
    """A mistake in homeplan that no retry can fix."""

    reason: str


PUT_OFF_S = 3600.0
"""The delay after which a push is tried again that failed for an unforeseen reason."""


class Held(Struct, frozen=True, tag=True):
    """Nothing was sent: the origin is paused or all its connections are taken."""

    after_s: float
    reason: str


Outcome = Sent | Gone | WrongKey | AuthRefused | Retry | Refused | Held


class BadEndpoint(Invalid):
    """This is not an address of a push service that this clinic's server talks to."""

    code = "bad-endpoint"


class BadSubscription(Invalid):
    """The phone's subscription is incomplete or damaged. Switch reminders off and on again."""

    code = "bad-subscription"


class UnknownPushKey(Invalid):
    """The reminder key has changed. Reload the app, then switch reminders on again."""

    code = "unknown-push-key"


class SubscriptionEnded(Conflict):
    """The push service has ended this subscription. Switch reminders off and on again."""

    code = "subscription-ended"


class PushNotSetUp(Conflict):
    """Reminders are not set up on this server yet. Please tell your clinic."""

    code = "push-not-set-up"


class TooManyTests(TooMany):
    """That was a lot of test reminders. Please wait a few minutes."""

    code = "too-many-tests"
