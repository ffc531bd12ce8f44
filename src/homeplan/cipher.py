"""Encrypts to a public key of age, or decrypts, in a process of its own: pyrage lets no other thread run, and a private
key stays out of the service's memory.

python -m homeplan.cipher encrypt FROM TO age1…
python -m homeplan.cipher decrypt FROM TO KEY-FILE      - instead of FROM and TO: standard input and output
"""

import subprocess
import sys
from pathlib import Path

STREAM = "-"


class NotCiphered(Exception):
    """It cannot be encrypted or decrypted; the message is the reason, as the end of a sentence."""


def encrypt(source: Path, target: Path, public_key: str) -> None:
    """Encrypt the file for the holder of the private key. Raises NotCiphered when it cannot be done, for example on a
    full disk; `target` is then incomplete."""
    _run("encrypt", str(source), str(target), public_key)


def decrypt(source: Path, target: Path, key_file: Path) -> None:
    """Decrypt the file with the private key in `key_file`. Raises NotCiphered when it was changed, is not for this key,
    or cannot be written; `target` is then incomplete."""
    _run("decrypt", str(source), str(target), str(key_file))


def encrypted(body: bytes, public_key: str) -> bytes:
    """The bytes, encrypted for the holder of the private key. Raises NotCiphered."""
    return _run("encrypt", STREAM, STREAM, public_key, body)


def decrypted(body: bytes, key_file: Path) -> bytes:
    """The bytes, decrypted with the private key in `key_file`. Raises NotCiphered as `decrypt` does."""
    return _run("decrypt", STREAM, STREAM, str(key_file), body)


def _run(action: str, source: str, target: str, key: str, body: bytes = b"") -> bytes:
    ended = subprocess.run(  # noqa: S603 - this module itself, without a shell
        [sys.executable, "-m", "homeplan.cipher", action, source, target, key],
        input=body,
        capture_output=True,
        check=False,
    )
    if ended.returncode:
        raise NotCiphered(ended.stderr.decode(errors="replace").strip() or "the process was ended")
    return ended.stdout


def main(arguments: list[str]) -> int:
    """Run in the child process; the exit code is 1 with a reason on standard error."""
    import pyrage

    action, source, target, key = arguments
    try:
        if action == "encrypt":
            keys = [pyrage.x25519.Recipient.from_str(key)]
            of_file, of_bytes = pyrage.encrypt_file, pyrage.encrypt
        else:
            lines = [line.strip() for line in Path(key).read_text("utf-8").splitlines()]
            keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
            of_file, of_bytes = pyrage.decrypt_file, pyrage.decrypt
        if source == STREAM:
            sys.stdout.buffer.write(of_bytes(sys.stdin.buffer.read(), keys))
        else:
            of_file(source, target, keys)
    except (OSError, UnicodeError, pyrage.EncryptError, pyrage.DecryptError, pyrage.RecipientError,
            pyrage.IdentityError) as failed:  # fmt: skip
        print(str(failed).rstrip(".").lower() or type(failed).__name__, file=sys.stderr)  # noqa: T201 - to the parent
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
