"""Records each write and flush of SQLite's files, by a VFS in front of SQLite's own.

SQLite asks its VFS (https://sqlite.org/vfs.html) for everything that it does to a file. The one here passes all of it
on to the one that the product uses, and keeps the bytes and the order. It needs no other program, compiler or rights.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from typing import Any

from msgspec import Struct
from pysqlite3 import _sqlite3


class Write(Struct, frozen=True):
    """Bytes that SQLite wrote; until the next flush of the file they may be lost."""

    file: str
    at: int
    data: bytes


class Truncate(Struct, frozen=True):
    """A change of a file's length."""

    file: str
    size: int


class Flush(Struct, frozen=True):
    """The disk says that everything written to the file before is safe."""

    file: str


class Confirmed(Struct, frozen=True):
    """An entry that was confirmed to its phone: the number of the entry."""

    phone: int
    number: int


Event = Write | Truncate | Flush | Confirmed

OK = 0
_Open = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p, c_int, POINTER(c_int))
_WriteCall = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TruncateCall = CFUNCTYPE(c_int, c_void_p, c_int64)
_SyncCall = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, version 3."""

    _fields_ = (
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", c_void_p),
        *((f"function_{number}", c_void_p) for number in range(14)),
    )


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = (
        ("iVersion", c_int),
        ("xClose", c_void_p),
        ("xRead", c_void_p),
        ("xWrite", c_void_p),
        ("xTruncate", c_void_p),
        ("xSync", c_void_p),
        *((f"function_{number}", c_void_p) for number in range(13)),
    )


def _library() -> Any:
    """The SQLite inside the driver that the product uses."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = c_void_p
    library.sqlite3_vfs_find.argtypes = (c_char_p,)
    library.sqlite3_vfs_register.argtypes = (c_void_p, c_int)
    library.sqlite3_vfs_unregister.argtypes = (c_void_p,)
    return library


@contextmanager
def recorded() -> Iterator[list[Event]]:
    """Every file that SQLite opens within the block is recorded; close them within it too."""
    library = _library()
    events: list[Event] = []
    before = library.sqlite3_vfs_find(None)
    vfs = _Vfs.from_buffer_copy(ctypes.string_at(before, ctypes.sizeof(_Vfs)))
    vfs.zName, vfs.pNext = b"recording", None
    recorder = _Recorder(events, vfs)
    library.sqlite3_vfs_register(ctypes.byref(vfs), 1)
    try:
        yield events
    finally:
        library.sqlite3_vfs_unregister(ctypes.byref(vfs))
        library.sqlite3_vfs_register(before, 1)
        recorder.close()


class _Recorder:
    """The functions that SQLite calls in place of those of its own VFS."""

    def __init__(self, events: list[Event], vfs: _Vfs):
        self._events = events
        self._names: dict[int, str] = {}
        self._methods: dict[int, _Methods] = {}
        self._kept: list[Any] = [_Open(self._open)]  # SQLite keeps their addresses
        self._open_below = _Open(vfs.xOpen)
        vfs.xOpen = ctypes.cast(self._kept[0], c_void_p).value

    def close(self) -> None:
        self._kept.clear()

    def _open(self, vfs: int, name: bytes | None, file: int, flags: int, out: Any) -> int:
        code = int(self._open_below(vfs, name, file, flags, out))
        place = ctypes.cast(file, POINTER(c_void_p))
        if code == OK and name is not None and place[0]:
            self._names[file] = name.decode()
            place[0] = ctypes.addressof(self._wrapped(place[0]))
        return code

    def _wrapped(self, address: int) -> _Methods:
        """The methods of a file, with three of them recorded; one set of methods serves many files."""
        if address not in self._methods:
            methods = _Methods.from_buffer_copy(ctypes.string_at(address, ctypes.sizeof(_Methods)))
            calls = (
                _WriteCall(self._writing(_WriteCall(methods.xWrite))),
                _TruncateCall(self._truncating(_TruncateCall(methods.xTruncate))),
                _SyncCall(self._flushing(_SyncCall(methods.xSync))),
            )
            self._kept.extend(calls)
            methods.xWrite, methods.xTruncate, methods.xSync = (ctypes.cast(call, c_void_p).value for call in calls)
            self._methods[address] = methods
        return self._methods[address]

    def _writing(self, below: Any) -> Any:
        def write(file: int, data: int, size: int, at: int) -> int:
            self._events.append(Write(self._names[file], at, ctypes.string_at(data, size)))
            return int(below(file, data, size, at))

        return write

    def _truncating(self, below: Any) -> Any:
        def truncate(file: int, size: int) -> int:
            self._events.append(Truncate(self._names[file], size))
            return int(below(file, size))

        return truncate

    def _flushing(self, below: Any) -> Any:
        def flush(file: int, flags: int) -> int:
            code = int(below(file, flags))
            if code == OK:
                self._events.append(Flush(self._names[file]))
            return code

        return flush
