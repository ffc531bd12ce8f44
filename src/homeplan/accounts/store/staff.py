"""Staff in the database."""

from datetime import datetime

from homeplan.accounts.model import Credentials, StaffMember
from homeplan.accounts.rules import clean_email, search_key
from homeplan.actor import Role
from homeplan.clock import from_ms_or_none, to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound

INSERT_STAFF = """
INSERT INTO staff (clinic_id, id, email, name, role, password_hash, created_at)
VALUES (:clinic_id, :id, :email, :name, :role, :password_hash, :now)
ON CONFLICT DO NOTHING"""


async def insert_staff(ctx: Context, member: StaffMember, password_hash: str) -> bool:
    """Store a new member of staff; False when the id is in use, or the email, perhaps in another clinic."""
    return bool(
        await ctx.tx.execute(
            INSERT_STAFF,
            clinic_id=ctx.clinic_id,
            id=member.id,
            email=member.email,
            name=member.name,
            role=member.role.value,
            password_hash=password_hash,
            now=to_ms(ctx.now),
        )
    )


SELECT_STAFF = """
SELECT id, name, email, role, disabled_at FROM staff WHERE clinic_id = :clinic_id AND id = :staff_id"""


async def find_staff(ctx: Context, staff_id: str) -> StaffMember:
    """The member of this clinic's staff. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_STAFF, clinic_id=ctx.clinic_id, staff_id=staff_id)
    if row is None:
        raise NotFound
    return _member(row)


SELECT_ALL_STAFF = "SELECT id, name, email, role, disabled_at FROM staff WHERE clinic_id = :clinic_id"


async def list_staff(ctx: Context) -> list[StaffMember]:
    """Everybody who works or worked at the clinic, by the name that is shown, without regard to accents and case."""
    members = [_member(row) for row in await ctx.tx.fetch(SELECT_ALL_STAFF, clinic_id=ctx.clinic_id)]
    return sorted(members, key=lambda each: (search_key(each.name), each.id))


SELECT_EMAIL = "SELECT 1 FROM staff WHERE email = :email"


async def is_email_taken(ctx: Context, email: str) -> bool:
    """Whether a member of staff of any clinic signs in with this email."""
    return await ctx.tx.fetch_value(SELECT_EMAIL, email=clean_email(email)) is not None


SELECT_STAFF_ID = "SELECT clinic_id, id FROM staff WHERE email = :email"


async def staff_of_email(ctx: Context, email: str) -> tuple[str, str]:
    """The clinic and the member of staff of this email, for the operator. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_STAFF_ID, email=clean_email(email))
    if row is None:
        raise NotFound
    return row["clinic_id"], row["id"]


SELECT_DRAFT_KEY = "SELECT draft_key FROM staff WHERE clinic_id = :clinic_id AND id = :staff_id"
KEEP_DRAFT_KEY = """
UPDATE staff SET draft_key = :draft_key WHERE clinic_id = :clinic_id AND id = :staff_id AND draft_key IS NULL"""


async def keep_draft_key(ctx: Context, staff_id: str, new: str) -> str:
    """The key of the member's unsaved forms: the stored one, or `new`, which is stored."""
    member = {"clinic_id": ctx.clinic_id, "staff_id": staff_id}
    kept: str | None = await ctx.tx.fetch_value(SELECT_DRAFT_KEY, **member)
    if kept is not None:
        return kept
    await ctx.tx.execute(KEEP_DRAFT_KEY, draft_key=new, **member)
    stored: str = await ctx.tx.fetch_value(SELECT_DRAFT_KEY, **member)
    return stored


SELECT_HASH = "SELECT password_hash FROM staff WHERE clinic_id = :clinic_id AND id = :staff_id"


async def find_password_hash(ctx: Context, staff_id: str) -> str | None:
    """The hash that the member's password is checked against; None for an unknown member."""
    found: str | None = await ctx.tx.fetch_value(SELECT_HASH, clinic_id=ctx.clinic_id, staff_id=staff_id)
    return found


UPDATE_STAFF = """
UPDATE staff SET name = :name, role = :role, disabled_at = :disabled_at
WHERE clinic_id = :clinic_id AND id = :staff_id"""


async def save_staff(ctx: Context, member: StaffMember) -> None:
    """Overwrite name, role and access."""
    await ctx.tx.execute(
        UPDATE_STAFF,
        clinic_id=ctx.clinic_id,
        staff_id=member.id,
        name=member.name,
        role=member.role.value,
        disabled_at=to_ms_or_none(member.disabled_at),
    )


SELECT_RESET = "SELECT factors_reset_at FROM staff WHERE clinic_id = :clinic_id AND id = :staff_id"


async def factors_reset_at(ctx: Context) -> datetime | None:
    """The time at which somebody else removed the actor's factors, until they were told; None otherwise."""
    return from_ms_or_none(await ctx.tx.fetch_value(SELECT_RESET, clinic_id=ctx.clinic_id, staff_id=ctx.actor.id))


UPDATE_RESET = "UPDATE staff SET factors_reset_at = :at WHERE clinic_id = :clinic_id AND id = :staff_id"


async def note_factors_reset(ctx: Context, staff_id: str, at: datetime | None) -> None:
    """Keep the time at which the member's factors were removed, to tell them; None once they know."""
    await ctx.tx.execute(UPDATE_RESET, clinic_id=ctx.clinic_id, staff_id=staff_id, at=to_ms_or_none(at))


COUNT_ADMINS = """
SELECT COUNT(*) FROM staff WHERE clinic_id = :clinic_id AND role IN ('admin', 'owner') AND disabled_at IS NULL"""


async def count_admins(ctx: Context) -> int:
    """Number of administrators of the clinic who can sign in."""
    return int(await ctx.tx.fetch_value(COUNT_ADMINS, clinic_id=ctx.clinic_id))


COUNT_OWNERS = """
SELECT COUNT(*) FROM staff WHERE clinic_id = :clinic_id AND role = 'owner' AND disabled_at IS NULL"""


async def count_owners(ctx: Context) -> int:
    """Number of owners of the clinic who can sign in."""
    return int(await ctx.tx.fetch_value(COUNT_OWNERS, clinic_id=ctx.clinic_id))


UPDATE_STAFF_HASH = """
UPDATE staff SET password_hash = :password_hash WHERE clinic_id = :clinic_id AND id = :staff_id"""


async def set_password_hash(ctx: Context, staff_id: str, password_hash: str) -> None:
    await ctx.tx.execute(UPDATE_STAFF_HASH, clinic_id=ctx.clinic_id, staff_id=staff_id, password_hash=password_hash)


SELECT_CREDENTIALS = """
SELECT s.clinic_id, s.id, s.name, s.email, s.role, s.disabled_at, s.password_hash, c.password_alone_at
FROM staff s JOIN clinics c ON c.clinic_id = s.clinic_id
WHERE s.email = :email AND s.disabled_at IS NULL"""


async def find_credentials(ctx: Context, email: str) -> Credentials | None:
    """The password hash and state for this email; None for unknown and disabled accounts.

    In a transaction that writes, they stay as they are until the end.
    """
    held = f"{SELECT_CREDENTIALS} {ctx.tx.hold('s')}"
    row = await ctx.tx.enter(held, email=clean_email(email))
    if row is None:
        return None
    return Credentials(row["clinic_id"], _member(row), row["password_hash"], row["password_alone_at"] is not None)


def _member(row: Row) -> StaffMember:
    return StaffMember(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        role=Role(row["role"]),
        disabled_at=from_ms_or_none(row["disabled_at"]),
    )
