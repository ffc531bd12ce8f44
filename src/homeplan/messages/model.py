"""Messages between a patient and the care team, the notes of check-ins among them, and the clinic's saved replies."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from homeplan.errors import Conflict, Forbidden
from homeplan.typed import LINE, PROSE
from homeplan.values import Id, InPhoneZone, Instant, Value

LONGEST = 2000
"""Characters of a message."""

MOST_LISTED = 300
"""Messages of a thread per page."""

Words = Annotated[str, Meta(min_length=1, max_length=LONGEST, extra=PROSE)]
Version = Annotated[int, Meta(ge=1)]


class MessageEntry(InPhoneZone, frozen=True, kw_only=True):
    """A message as the device sends it, with its zone. Sent again under the same id with other words it is an edit."""

    words: Words
    written_at: Instant
    """The time at which these words were written, by the device's clock; an edit is later than what it replaces."""


class Seen(Value, frozen=True, kw_only=True):
    """A message in the version that was on the screen."""

    id: Id
    version: Version


class StaffMessageEntry(MessageEntry, frozen=True, kw_only=True):
    """A message of staff, with the patient's messages that it answers."""

    answers: Annotated[tuple[Seen, ...], Meta(max_length=MOST_LISTED)] = ()


class SeenMessages(Value, frozen=True, kw_only=True):
    """The messages that were shown to the person who sends this."""

    seen: Annotated[tuple[Seen, ...], Meta(min_length=1, max_length=MOST_LISTED)]


class EarlierVersion(Value, frozen=True, kw_only=True):
    """The words that an edit replaced."""

    version: Version
    words: str | None
    """None when they were erased."""
    written_at: Instant


class Message(Value, frozen=True, kw_only=True):
    """One entry of the thread, as the server has it."""

    id: Id
    kind: Literal["message", "note"]
    """`note`: the note of a check-in, which the check-in holds."""
    by: Literal["patient", "staff"]
    author: str | None
    """The name of the member of staff; None for the patient's own."""
    mine: bool
    """Whether the person who asks wrote it, and so may edit it. A note is edited in its check-in."""
    words: str | None
    """None when they were erased."""
    day: date | None
    """The check-in's day, for a note."""
    version: Version
    written_at: Instant
    stated_at: Instant
    """The time at which this version was written, by the clock of its device: an edit is later."""
    received_at: Instant
    edited_at: Instant | None
    earlier: tuple[EarlierVersion, ...]
    """The oldest first; empty for a note."""
    read_at: Instant | None
    """The first time at which the other side was shown this version."""
    read_by: str | None
    """The name of the member of staff who read it; None for one of staff, which the patient reads."""
    answered_at: Instant | None
    answered_by: str | None
    settled_at: Instant | None
    """The time at which a member of staff noted that it needs no answer."""
    settled_by: str | None
    waits_since: Instant | None
    """The time since which it waits for an answer; None when it does not."""


class Thread(Value, frozen=True, kw_only=True):
    """A page of a patient's messages: the newest 300, or the 300 before one of them."""

    messages: list[Message]
    """The oldest first."""
    has_earlier: bool
    """Whether there are messages before these."""
    open: bool
    """Whether the patient may write; after the discharge they call the clinic."""
    waits_since: Instant | None
    """The time since which the patient's longest waiting message waits for an answer."""
    overdue: bool
    """Whether it has waited for a working day."""


class Unanswered(Value, frozen=True):
    """The number of the actor's patients who wait for an answer."""

    patients: int


class SavedReplyEntry(Value, frozen=True, kw_only=True):
    """A reply to put into a message, in both languages."""

    title: Annotated[str, Meta(min_length=1, max_length=80, extra=LINE)]
    en: Words
    es: Words


class SavedReply(SavedReplyEntry, frozen=True, kw_only=True):
    """A saved reply of the clinic, with who saved it last."""

    id: Id
    saved_at: Instant
    saved_by: str


class MessagesClosed(Conflict):
    """Your care here has ended, so messages are not read any more. Please call the clinic."""

    code = "messages-closed"


class NotYourMessage(Forbidden):
    """Only the person who wrote a message edits it."""

    code = "not-your-message"
