"""Mail addresses in the database: at most one per patient or member of staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.mail.model import MailAddress, NewMailAddress
from homeplan.delivery.model import Recipient
from homeplan.errors import NotFound

SELECT_OF_PATIENT = "SELECT * FROM mail_addresses WHERE clinic_id = :clinic_id AND patient_id = :owner_id"
SELECT_OF_STAFF = "SELECT * FROM mail_addresses WHERE clinic_id = :clinic_id AND staff_id = :owner_id"


async def find_address(ctx: Context, owner: Recipient) -> MailAddress | None:
    """The owner's address, confirmed or not; None without one."""
    statement = SELECT_OF_PATIENT if owner.kind == "patient" else SELECT_OF_STAFF
    row = await ctx.tx.fetch_one(statement, clinic_id=ctx.clinic_id, owner_id=owner.id)
    return None if row is None else _address(row)


INSERT_ADDRESS = """
INSERT INTO mail_addresses (clinic_id, id, patient_id, staff_id, email, language, confirm_token, asked_at,
  unsubscribe_token)
VALUES (:clinic_id, :id, :patient_id, :staff_id, :email, :language, :confirm_token, :now, :unsubscribe_token)
RETURNING *"""


async def insert_address(
    ctx: Context, owner: Recipient, address_id: str, new: NewMailAddress, token: str, unsubscribe_token: str | None
) -> MailAddress:
    """Store an address that waits for its confirmation by `token`."""
    row = await ctx.tx.fetch_one(
        INSERT_ADDRESS,
        clinic_id=ctx.clinic_id,
        id=address_id,
        patient_id=owner.id if owner.kind == "patient" else None,
        staff_id=owner.id if owner.kind == "staff" else None,
        email=new.email,
        language=new.language,
        confirm_token=token,
        now=to_ms(ctx.now),
        unsubscribe_token=unsubscribe_token,
    )
    if row is None:
        raise NotFound
    return _address(row)


UPDATE_LANGUAGE = """
UPDATE mail_addresses SET language = :language WHERE clinic_id = :clinic_id AND id = :id RETURNING *"""


async def save_language(ctx: Context, address_id: str, language: str) -> MailAddress:
    """Change the language of the mails. Raises NotFound."""
    row = await ctx.tx.fetch_one(UPDATE_LANGUAGE, clinic_id=ctx.clinic_id, id=address_id, language=language)
    if row is None:
        raise NotFound
    return _address(row)


DELETE_ADDRESS = "DELETE FROM mail_addresses WHERE clinic_id = :clinic_id AND id = :id"


async def delete_address(ctx: Context, address_id: str) -> None:
    await ctx.tx.execute(DELETE_ADDRESS, clinic_id=ctx.clinic_id, id=address_id)


SELECT_TO_CONFIRM = """
SELECT clinic_id, id, patient_id, staff_id FROM mail_addresses
WHERE confirm_token = :token AND asked_at > :since"""


async def find_to_confirm(ctx: Context, token: str, since: datetime) -> tuple[str, str, Recipient] | None:
    """The clinic, the address and its owner that a link names, if it was sent after `since`; None otherwise.

    Nobody is signed in: from here on the transaction keeps to the clinic of the address.
    """
    row = await ctx.tx.enter(SELECT_TO_CONFIRM, token=token, since=to_ms(since))
    if row is None:
        return None
    owner = (
        Recipient("staff", row["staff_id"]) if row["patient_id"] is None else Recipient("patient", row["patient_id"])
    )
    return row["clinic_id"], row["id"], owner


CONFIRM = """
UPDATE mail_addresses SET confirmed_at = :now, confirm_token = NULL
WHERE clinic_id = :clinic_id AND id = :id AND confirm_token = :token"""


async def confirm_address(ctx: Context, address_id: str, token: str) -> bool:
    """Note that the owner of the address has its mails; False when that was noted in the meantime."""
    return bool(await ctx.tx.execute(CONFIRM, clinic_id=ctx.clinic_id, id=address_id, token=token, now=to_ms(ctx.now)))


SELECT_TO_UNSUBSCRIBE = "SELECT clinic_id, id, patient_id FROM mail_addresses WHERE unsubscribe_token = :token"


async def find_to_unsubscribe(ctx: Context, token: str) -> tuple[str, str, str] | None:
    """The clinic, the address and its patient that the token of a mail names; None for an unknown one.

    Nobody is signed in: from here on the transaction keeps to the clinic of the address.
    """
    row = await ctx.tx.enter(SELECT_TO_UNSUBSCRIBE, token=token)
    return None if row is None else (row["clinic_id"], row["id"], row["patient_id"])


UNSUBSCRIBE = """
UPDATE mail_addresses SET unsubscribed_at = :now
WHERE clinic_id = :clinic_id AND id = :id AND unsubscribed_at IS NULL"""


async def unsubscribe_address(ctx: Context, address_id: str) -> None:
    """Note that nothing more goes to the address; the first time stays."""
    await ctx.tx.execute(UNSUBSCRIBE, clinic_id=ctx.clinic_id, id=address_id, now=to_ms(ctx.now))


NOTE_MAIL_ACCEPTED = """
UPDATE mail_addresses SET last_accepted_at = :at, failing_since = NULL WHERE clinic_id = :clinic_id AND id = :id"""

NOTE_MAIL_FAILING = """
UPDATE mail_addresses SET failing_since = COALESCE(failing_since, :at) WHERE clinic_id = :clinic_id AND id = :id"""

NOTE_MAIL_GONE = """
UPDATE mail_addresses SET gone_at = COALESCE(gone_at, :at) WHERE clinic_id = :clinic_id AND id = :id"""


async def note_addresses(ctx: Context, statement: str, addresses: Sequence[Mapping[str, Any]]) -> None:
    """Run one of the NOTE_ statements for each {clinic_id, id, at}; `at` in milliseconds."""
    await ctx.tx.execute_many(statement, addresses)


def _address(row: Row) -> MailAddress:
    return MailAddress(
        id=row["id"],
        email=row["email"],
        language=row["language"],
        asked_at=from_ms(row["asked_at"]),
        confirmed_at=from_ms_or_none(row["confirmed_at"]),
        last_accepted_at=from_ms_or_none(row["last_accepted_at"]),
        failing_since=from_ms_or_none(row["failing_since"]),
        gone_at=from_ms_or_none(row["gone_at"]),
        unsubscribed_at=from_ms_or_none(row["unsubscribed_at"]),
    )
