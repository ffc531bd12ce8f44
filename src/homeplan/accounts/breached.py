"""The passwords of known breaches, in a file on this machine: sorted lines `SHA-1:times`, as Pwned Passwords has them.

A clinic may have no internet, so nothing is asked over the network. The file is searched on the disk, never read whole.
"""

import hashlib
from pathlib import Path

LONGEST_LINE = 64
"""40 digits, a colon, a count and the line's end, with room."""


def is_breached(password: str, file: Path) -> bool:
    """Whether the password is in the file. Raises OSError when it cannot be read."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        low, high = 0, lines.seek(0, 2)
        while low < high:  # the wanted line begins at `low` or later, and before `high`
            middle = (low + high) // 2
            if middle:
                lines.seek(middle - 1)
                lines.readline(LONGEST_LINE)  # to the first line that begins at the middle or later
            else:
                lines.seek(0)
            begins = lines.tell()
            found = lines.readline(LONGEST_LINE)[:40].upper()
            if found == wanted:
                return True
            low, high = (begins + 1, high) if found and found < wanted else (low, middle)
    return False
