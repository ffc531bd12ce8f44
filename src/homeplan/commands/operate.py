"""Commands that set up and maintain a clinic."""

import argparse
import asyncio
import sys
from pathlib import Path

from homeplan.accounts import actions
from homeplan.accounts.model import Clinic, NewStaffInvitation
from homeplan.accounts.store import find_clinic, staff_of_email
from homeplan.actor import Role
from homeplan.audit import append
from homeplan.backup.upgrade import upgrade
from homeplan.clock import SystemClock
from homeplan.commands.database import run_to_the_end, to_stderr
from homeplan.commands.host import Host, on_database
from homeplan.commands.proof import Unproved, proxy_fault
from homeplan.context import operator_context
from homeplan.db import Tx, is_sqlite, open_database
from homeplan.delivery.model import Sent
from homeplan.delivery.webpush.vapid import VapidKey
from homeplan.errors import Invalid, NotFound
from homeplan.ids import new_id
from homeplan.settings import Settings, unnamed_proxy


def migrate(options: argparse.Namespace, settings: Settings) -> int:
    """Back the database up and migrate it to this version."""

    async def run() -> None:
        db = await open_database(settings.database_url, pooler=settings.postgres_pooler)
        try:
            applied = await upgrade(db, settings, SystemClock(), to_stderr, backed_up=options.backed_up)
        finally:
            await db.close()
        print("\n".join(f"applied {name}" for name in applied) or "The database is up to date.")

    return run_to_the_end(run())


def check(_: argparse.Namespace, settings: Settings) -> int:
    """Print what the settings mean and what is missing for a real clinic; invalid settings end before this.

    Through a proxy it sends itself a forged header; to the mail server it signs in. Ends with 1 when the header is
    believed or the mail server refuses, 2 when no proxy is named.
    """
    if mistake := unnamed_proxy(settings, settings.host):
        print(f"homeplan: {mistake}", file=sys.stderr)
        return 2
    print(f"database  {'SQLite, one process' if is_sqlite(settings.database_url) else 'PostgreSQL'}")
    print(f"origin    {settings.origin}")
    print(f"listens   {settings.host}:{settings.port}")
    advice = []
    if settings.vapid_private_key is None:
        advice.append("No push: run `homeplan keys` and set HOMEPLAN_VAPID_PRIVATE_KEY and HOMEPLAN_VAPID_SUBJECT.")
    mail_fault = _mail_fault(settings)
    if settings.mail_url is None:
        advice.append("No mail: set HOMEPLAN_MAIL_URL and HOMEPLAN_MAIL_FROM, so that staff can be notified by mail.")
    elif mail_fault is None:
        print("proved    the mail server takes our sign-in over TLS")
    if not settings.secure:
        advice.append("Phones need https: put a TLS proxy in front and set HOMEPLAN_ORIGIN to its address.")
    if settings.audit_key is None:
        advice.append("Set HOMEPLAN_AUDIT_KEY (32 characters or more), so that the audit trail also shows forgery.")
    if settings.factor_key is None:
        advice.append("Set HOMEPLAN_FACTOR_KEY (32 characters or more): it encrypts the secrets of authenticator apps.")
    if settings.breached_passwords and not Path(settings.breached_passwords).is_file():
        advice.append("HOMEPLAN_BREACHED_PASSWORDS names no file that can be read: nothing is compared with it.")
    if settings.archive_dir and settings.backup_public_key is None:
        advice.append(
            "Set HOMEPLAN_BACKUP_PUBLIC_KEY (`homeplan keys backup`): the archive is not encrypted without it."
        )
    fault = None
    if settings.secure:
        print(f"proxies   {', '.join(settings.trusted_proxies) or 'none'}")
        try:
            fault = proxy_fault(settings.origin)
        except Unproved as unproved:
            advice.append(f"{unproved} Run `homeplan check` again when the proxy and homeplan run.")
        else:
            if fault is None:
                print("proved    the proxy names each visitor, and a forged X-Forwarded-For is not believed")
    print("\n".join(f"advice    {line}" for line in advice) or "ready     nothing is missing")
    faults = [found for found in (fault, mail_fault) if found is not None]
    for found in faults:
        print(f"homeplan: {found}", file=sys.stderr)
    return 1 if faults else 0


def _mail_fault(settings: Settings) -> str | None:
    """The fault for which no mail could be sent now; None without a mail server, or when it takes our sign-in."""
    if settings.mail_url is None:
        return None
    from homeplan.delivery.mail.send import mail_of

    outcome = asyncio.run(mail_of(settings).prove())
    if isinstance(outcome, Sent):
        return None
    reason = getattr(outcome, "reason", "refused")
    return f"HOMEPLAN_MAIL_URL: {_MAIL_FAULTS.get(reason, f'the mail server cannot be used ({reason}).')}"


_MAIL_FAULTS = {
    "no-tls": "the mail server offers no STARTTLS, and nothing is sent in clear. Use smtps:// or another server.",
    "certificate": "the certificate of the mail server is not trusted by this machine, or is for another name.",
    "timeout": "the mail server does not answer within 8 s. Check host, port, and whether smtps:// is meant.",
}


def keys(options: argparse.Namespace, settings: Settings) -> int:
    """Print the environment lines of a new VAPID key pair; `rotate` keeps the current key for its devices.

    `backup` makes a key pair of encrypted backups instead.
    """
    if options.action == "backup":
        from homeplan.commands.backup import new_key

        return new_key(options)
    if options.action == "rotate" and settings.vapid_private_key is None:
        print("homeplan: there is no HOMEPLAN_VAPID_PRIVATE_KEY to rotate; run `homeplan keys`.", file=sys.stderr)
        return 1
    print(f"HOMEPLAN_VAPID_PRIVATE_KEY={VapidKey.generate()}")
    if settings.vapid_private_key is not None and options.action == "rotate":
        kept = (settings.vapid_private_key, *settings.vapid_previous_keys)
        print(f"HOMEPLAN_VAPID_PREVIOUS_KEYS={','.join(kept)}")
    print(f"HOMEPLAN_VAPID_SUBJECT={settings.vapid_subject or 'mailto:you@your-clinic.example'}")
    print("Put these lines into the environment of every homeplan process and restart them.", file=sys.stderr)
    if options.action == "rotate":
        print(
            "Phones subscribe with the new key when the app is next opened; until then they use the old key. "
            'Remove it from HOMEPLAN_VAPID_PREVIOUS_KEYS when /metrics says homeplan_devices{key="previous"} 0.',
            file=sys.stderr,
        )
    return 0


@on_database
async def add_clinic(host: Host, options: argparse.Namespace) -> int:
    """Add a clinic and print its id."""

    async def add(tx: Tx) -> Clinic:
        ctx = operator_context(tx, host.clock.now(), settings=host.settings)
        clinic = await actions.add_clinic(
            ctx, name=options.name, phone=options.phone, emergency_number=options.emergency_number
        )
        await append(ctx.of_clinic(clinic.id), "clinic.add", object_id=clinic.id)
        return clinic

    host.say((await host.db.write(add)).id)
    return 0


@on_database
async def invite_staff(host: Host, options: argparse.Namespace) -> int:
    """Print a set-up link for a new member of staff, once: with it they choose a password and a second factor."""

    async def invite(tx: Tx) -> NewStaffInvitation:
        ctx = operator_context(tx, host.clock.now(), options.clinic, host.settings)
        try:
            await find_clinic(ctx)
        except NotFound:
            raise Invalid(f"There is no clinic {options.clinic}; `homeplan clinic add` printed its id.") from None
        new = await actions.invite_staff(
            ctx, invitation_id=new_id(ctx.now), email=options.email, role=Role(options.role)
        )
        await append(ctx, "staff.invite", object_id=new.id)
        return new

    return _print_link(host, await host.db.write(invite))


@on_database
async def reset_staff(host: Host, options: argparse.Namespace) -> int:
    """Remove the second factors of a member of staff who lost them, and print a set-up link, once."""

    async def reset(tx: Tx) -> NewStaffInvitation:
        ctx = operator_context(tx, host.clock.now(), settings=host.settings)
        try:
            clinic_id, staff_id = await staff_of_email(ctx, options.email)
        except NotFound:
            raise Invalid(f"Nobody signs in with {options.email}.") from None
        ctx = ctx.of_clinic(clinic_id)
        new = await actions.reset_factors(ctx, staff_id)
        await append(ctx, "staff.reset-factors", object_id=staff_id)
        return new

    return _print_link(host, await host.db.write(reset))


def _print_link(host: Host, new: NewStaffInvitation) -> int:
    host.say(actions.set_up_link(host.settings, new))
    host.warn(
        f"It works once, until {new.expires_at:%Y-%m-%d %H:%M} UTC, and is stored nowhere. "
        f"It lets anyone who has it sign in as {new.email}: hand it to nobody else."
    )
    return 0
