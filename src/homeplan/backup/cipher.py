"""Encrypts a file to a public key of age, or decrypts one, in a process of its own: pyrage lets no other thread run.

python -m homeplan.backup.cipher encrypt FROM TO age1…
python -m homeplan.backup.cipher decrypt FROM TO KEY-FILE
"""

import subprocess
import sys
from pathlib import Path

from homeplan.backup.model import BadBackup


def encrypt(source: Path, target: Path, public_key: str) -> None:
    """Encrypt the file for the holder of the private key. Raises BadBackup when it cannot be done, for example on a
    full disk; `target` is then incomplete."""
    _run("encrypt", source, target, public_key)


def decrypt(source: Path, target: Path, key_file: Path) -> None:
    """Decrypt the file with the private key in `key_file`. Raises BadBackup when it was changed, is not for this key,
    or cannot be written; `target` is then incomplete."""
    _run("decrypt", source, target, str(key_file))


def _run(action: str, source: Path, target: Path, key: str) -> None:
    ended = subprocess.run(  # noqa: S603 - this module itself, without a shell
        [sys.executable, "-m", "homeplan.backup.cipher", action, str(source), str(target), key],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise BadBackup(f"{source.name} cannot be {action}ed: {ended.stderr.strip() or 'the process was ended'}.")


def main(arguments: list[str]) -> int:
    """Run in the child process; the exit code is 1 with a sentence on standard error."""
    import pyrage

    action, source, target, key = arguments
    try:
        if action == "encrypt":
            pyrage.encrypt_file(source, target, [pyrage.x25519.Recipient.from_str(key)])
        else:
            lines = [line.strip() for line in Path(key).read_text("utf-8").splitlines()]
            identities = [pyrage.x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
            pyrage.decrypt_file(source, target, identities)
    except (OSError, UnicodeError, pyrage.EncryptError, pyrage.DecryptError, pyrage.RecipientError,
            pyrage.IdentityError) as failed:  # fmt: skip
        print(str(failed).rstrip(".").lower() or type(failed).__name__, file=sys.stderr)  # noqa: T201 - to the parent
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
