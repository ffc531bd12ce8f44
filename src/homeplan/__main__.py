"""The command line: `homeplan --help`."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from homeplan import __version__
from homeplan.accounts.model import Email, EmergencyNumber, Phone
from homeplan.errors import Invalid
from homeplan.settings import BadSettings, Settings, read_settings
from homeplan.typed import typed_line
from homeplan.values import Name

EPILOG = """\
Settings come from the environment (HOMEPLAN_DATABASE_URL, HOMEPLAN_ORIGIN, …); `homeplan check` validates them and
docs/operations/settings.md explains each. Without any, homeplan keeps its data in ./homeplan.sqlite.

First steps of a new clinic:
  homeplan keys                                  a key pair for push, to put into the environment
  homeplan clinic add "Northside Physical Therapy" --phone "+1 555 0100"
  homeplan staff invite --clinic ID --email you@clinic.example --role admin
  homeplan serve                                 then open the link that was printed
"""

NEW_OBJECTS = 20_000
"""New objects after which the collector looks for cycles among them. At Python's 700 it went through the charts that
the worklist keeps in memory every few requests, and took a tenth of the time to start."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 when it failed, 2 when it was called wrongly."""
    gc.set_threshold(NEW_OBJECTS)
    options = _parser().parse_args(arguments)
    if not hasattr(options, "run"):
        _parser().print_help()
        return 2
    try:
        settings = read_settings(os.environ)
    except BadSettings as bad:
        for mistake in bad.mistakes:
            print(f"homeplan: {mistake}", file=sys.stderr)
        return 2
    module, function = options.run
    command: Callable[[argparse.Namespace, Settings], int] = getattr(import_module(module), function)
    return command(options, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="homeplan",
        description="Individualized home programs after dry needling: what to do now, a daily check-in, reminders.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"homeplan {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    serve = _command(commands, "serve", "run the app, with the reminder worker inside", "serve:serve")
    serve.add_argument("--host", help="address to listen on (HOMEPLAN_HOST, 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (HOMEPLAN_PORT, 8000)")
    serve.add_argument("--no-worker", action="store_true", help="leave the reminders to `homeplan worker` processes")

    _command(commands, "worker", "run a reminder worker alone (PostgreSQL only)", "serve:worker")

    demo = _command(
        commands, "demo", "run a demo clinic with invented patients, ready to try from a phone", "demo:demo"
    )
    demo.add_argument("--fresh", action="store_true", help="start over with a new demo clinic")
    demo.add_argument("--folder", default="demo", help="where the demo keeps its data (default: ./demo)")
    demo.add_argument("--port", type=int, help="port of the address on this machine (HOMEPLAN_PORT, 8000)")
    demo.add_argument("--phone-port", type=int, default=8443, help="port of the https address for phones (8443)")
    demo.add_argument("--no-serve", action="store_true", help="build the demo clinic and stop")

    migrate = _command(commands, "migrate", "back the database up and bring it to this version", "operate:migrate")
    migrate.add_argument("--backed-up", action="store_true", help="make no backup before: there is one of your own")
    move = _command(
        commands, "move-to", "copy the SQLite database to an empty PostgreSQL one and compare every row", "move:move_to"
    )
    move.add_argument(
        "url", metavar="URL", help="postgresql://user@host/name; keep the password in PGPASSWORD or ~/.pgpass"
    )
    backup = _command(commands, "backup", "write a verified copy of the database beside the service", "backup:backup")
    backup.add_argument(
        "folder", metavar="DIR", nargs="?", type=os.path.abspath, help="the folder (HOMEPLAN_BACKUP_DIR)"
    )
    verify = _command(commands, "verify", "check that a backup is as it was made", "backup:verify")
    restore = _command(commands, "restore", "put a backup in the place of the database", "backup:restore")
    for command in (verify, restore):
        command.add_argument("file", metavar="FILE", help="the backup; its manifest is beside it")
        command.add_argument("--key", metavar="FILE", help="the file of the private key of an encrypted backup")
    _command(
        commands, "restored", "after a database was put back by other means than `homeplan restore`", "backup:restored"
    )
    audit = _group(commands, "audit", "verify or read the audit trails")
    verify_audit = _command(
        audit, "verify", "verify every clinic's audit trail and say where it was tampered with", "audit:verify"
    )
    verify_audit.add_argument("--archive", metavar="DIR", type=os.path.abspath, help="verify this archive as well")
    read_audit = _command(audit, "read", "print archived events of a clinic as lines of JSON", "audit:read")
    read_audit.add_argument("folder", metavar="DIR", type=os.path.abspath, help="the archive")
    read_audit.add_argument("--clinic", required=True, metavar="ID", help="the clinic's id")
    read_audit.add_argument("--patient", metavar="ID", help="only events about this patient")
    read_audit.add_argument("--person", metavar="ID", help="only events by this person")
    for command in (verify_audit, read_audit):
        command.add_argument(
            "--key", metavar="FILE", type=os.path.abspath, help="the file of the private key of an encrypted archive"
        )
    archive = _command(commands, "archive", "move the old part of the audit trails to files", "audit:archive")
    archive.add_argument(
        "folder", metavar="DIR", nargs="?", type=os.path.abspath, help="the folder (HOMEPLAN_ARCHIVE_DIR)"
    )
    _command(commands, "check", "validate the settings and say every mistake at once", "operate:check")

    keys = _command(commands, "keys", "make a key pair for web push (VAPID), or for backups", "operate:keys")
    keys.add_argument(
        "action",
        nargs="?",
        choices=["new", "rotate", "backup"],
        default="new",
        help="rotate keeps the old key alive; backup makes the key pair of encrypted backups",
    )
    keys.add_argument("--file", help="the new file of the private key of backups")

    clinic = _group(commands, "clinic", "add a clinic")
    add_clinic = _command(clinic, "add", "add a clinic and print its id", "operate:add_clinic")
    add_clinic.add_argument("name", type=_name, help="the clinic's name as patients know it")
    add_clinic.add_argument("--phone", type=_phone, required=True, help="the number that patients call")
    add_clinic.add_argument(
        "--emergency-number", type=_emergency_number, default="911", help="the local emergency number (default: 911)"
    )

    staff = _group(commands, "staff", "invite a member of staff, or let one set up again")
    invite = _command(staff, "invite", "print a set-up link for a new member of staff", "operate:invite_staff")
    invite.add_argument("--clinic", required=True, metavar="ID", help="the clinic's id")
    invite.add_argument("--email", type=_email, required=True, help="signs in with this address")
    invite.add_argument(
        "--role",
        choices=["front-desk", "therapist", "admin", "owner"],
        default="therapist",
        help="owner: an administrator whom only owners change",
    )
    reset = _command(
        staff, "reset", "print a set-up link for staff who lost their second factor or password", "operate:reset_staff"
    )
    reset.add_argument("--email", type=_email, required=True, help="the address that they sign in with")
    return parser


def _name(typed: str) -> str:
    return _checked(typed, Name, "a name has 1 to 80 characters, visible and in one line")


def _email(typed: str) -> str:
    return _checked(typed, Email, "this is not an email address")


def _phone(typed: str) -> str:
    return _checked(typed, Phone, "a phone number has digits, spaces and + ( ) . / -")


def _emergency_number(typed: str) -> str:
    return _checked(typed, EmergencyNumber, "an emergency number has two digits or more")


def _checked(typed: str, kind: object, otherwise: str) -> str:
    """The text as the API would take it: what that refuses is refused here as well."""
    try:
        return typed_line(typed, kind)
    except Invalid:
        raise argparse.ArgumentTypeError(otherwise) from None


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str, run: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    module, function = run.split(":")
    parser.set_defaults(run=(f"homeplan.commands.{module}", function))
    return parser


def _group(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    parser = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


if __name__ == "__main__":
    sys.exit(main())
