"""Results of a route's function besides a plain value, and their encoding: encoded once, compressed where it pays."""

import re
import struct
import zlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie

from homeplan.http.request import header

T = TypeVar("T")

COMPRESSED_FROM = 1024
"""Bytes. Smaller answers fit into one packet anyway."""
LEVEL = 1
"""Level 5 compresses a plan of 110 kB to 16 kB in 1.1 ms, level 1 to 19 kB in 0.5 ms."""

_encoder = msgspec.json.Encoder()

_TAG = re.compile(r'"([^"]*)"')
_VARY = (b"vary", b"Accept-Encoding")
_NO_STORE = (b"cache-control", b"no-store")
"""The client keeps the answer itself and sends its tag: a browser's cache would outlive signing out."""
_FOR_EVER = (b"cache-control", b"public, max-age=31536000, immutable")
_SANDBOX = (b"content-security-policy", b"default-src 'none'; sandbox")
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK = b"\x03\x00"
"""An empty deflate block that ends the data."""


class Answer(msgspec.Struct, Generic[T]):
    """A result that comes with cookies."""

    value: T
    cookies: Sequence[Cookie] = ()


class File(msgspec.Struct):
    """A result that is encoded already, to be kept as a file; its name says nothing of a person."""

    body: bytes
    media_type: str
    name: str
    tag: str | None = None
    """Its strong ETag (without quotes): a client that has it gets 304."""


class Shown(msgspec.Struct):
    """A picture that a page shows. Opened by itself it is in an origin of its own and runs nothing."""

    body: bytes
    media_type: str
    for_ever: bool = False
    """Whether anyone may keep it: a new picture has another address."""


class Streamed(msgspec.Struct):
    """A CSV file that is sent piece by piece while it is read; its name says nothing of a person.

    A piece that fails ends the connection, so that a browser does not take a part for the whole.
    """

    pieces: AsyncIterator[bytes]
    name: str


class Piece(msgspec.Struct, frozen=True):
    """A part of an answer that is kept compressed; pieces in a row make one answer, compressed or not."""

    deflated: bytes
    """Raw deflate that refers to nothing before it and ends with a whole byte."""
    size: int
    """Bytes before compression."""
    crc: int
    """Checksum (CRC-32) of the answer up to the end of this piece."""

    @classmethod
    def of(cls, body: bytes, after: "Piece | None" = None) -> "Piece":
        """The part `body` of an answer, which follows the piece `after` or begins it."""
        packer = zlib.compressobj(LEVEL, wbits=-15)
        deflated = packer.compress(body) + packer.flush(zlib.Z_FULL_FLUSH)
        return cls(deflated, len(body), zlib.crc32(body, 0 if after is None else after.crc))


class Pieces(msgspec.Struct, Generic[T], kw_only=True):
    """A result that is encoded already."""

    pieces: tuple[Piece, ...]


class Tagged(Pieces[T], Generic[T], kw_only=True):
    """A result that is encoded already, with its strong ETag (without quotes): a client that has it gets 304."""

    tag: str


class Unchanged(msgspec.Struct):
    """The client has the answer of this ETag, and it still holds."""

    tag: str


class Encoded(Response[bytes]):
    """An answer that goes out as it is, with the headers of http/envelope.py added to its own."""

    def __init__(
        self,
        status: int,
        headers: list[tuple[bytes, bytes]],
        body: bytes,
        pieces: AsyncIterator[bytes] | None = None,
    ):
        self.status = status
        self.sent_headers = headers
        self.sent_body = body
        self._pieces = pieces

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        return self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002 - ASGI
        await send({"type": "http.response.start", "status": self.status, "headers": self.sent_headers})
        await self.send_body(send)

    async def send_body(self, send: Any) -> None:
        """Send the body, and the pieces of a stream as they are read."""
        if self._pieces is not None:
            async for piece in self._pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": self.sent_body, "more_body": False})


def encoded(result: Any, status: int, request: Request[Any, Any, Any]) -> Encoded:
    """The result of a route's function as an answer to this request."""
    headers: list[tuple[bytes, bytes]] = []
    if isinstance(result, File):  # as an attachment it never runs in this origin
        headers.append((b"content-disposition", f'attachment; filename="{result.name}"'.encode()))
        headers.append((b"x-robots-tag", b"noindex"))
        if result.tag is not None:
            headers += [_NO_STORE, _etag(result.tag, request)]
        return _sent(status, headers, result.body, result.media_type.encode() + b"; charset=utf-8", request)
    if isinstance(result, Shown):
        headers += [(b"content-type", result.media_type.encode()), (b"content-length", b"%d" % len(result.body))]
        headers += [_SANDBOX, *([_FOR_EVER] if result.for_ever else [])]
        return Encoded(status, headers, result.body)
    if isinstance(result, Streamed):
        headers.append((b"content-disposition", f'attachment; filename="{result.name}"'.encode()))
        headers.append((b"content-type", b"text/csv; charset=utf-8"))
        return Encoded(status, [*headers, _NO_STORE], b"", result.pieces)
    if isinstance(result, Unchanged):
        return Encoded(304, [_VARY, _NO_STORE, _etag(result.tag, request)], b"")
    if isinstance(result, Pieces):
        return _pieced(status, result, request)
    value = result
    if isinstance(result, Answer):
        value = result.value
        headers += [cookie.to_encoded_header() for cookie in result.cookies]
    if value is None:
        return Encoded(status, headers, b"")
    return _sent(status, headers, _encoder.encode(value), b"application/json", request)


def known_tags(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    """The ETags that the client has, without quotes and without the suffix for a compressed answer."""
    sent = header(request, b"if-none-match")
    return tuple(tag.removesuffix("-gzip") for tag in _TAG.findall(sent)) if sent else ()


def _pieced(status: int, result: Pieces[Any], request: Request[Any, Any, Any]) -> Encoded:
    headers = [(b"content-type", b"application/json"), _VARY]
    body = b"".join(piece.deflated for piece in result.pieces) + _LAST_BLOCK
    if _takes_gzip(request):  # a gzip file is its head, the deflated bytes, checksum and size (RFC 1952)
        size = sum(piece.size for piece in result.pieces)
        body = _GZIP_HEAD + body + struct.pack("<II", result.pieces[-1].crc, size)
        headers.append((b"content-encoding", b"gzip"))
    else:
        body = zlib.decompress(body, wbits=-15)
    headers.append((b"content-length", b"%d" % len(body)))
    if isinstance(result, Tagged):
        headers += [_NO_STORE, _etag(result.tag, request)]
    return Encoded(status, headers, body)


def _etag(tag: str, request: Request[Any, Any, Any]) -> tuple[bytes, bytes]:
    """A strong ETag differs between the compressed answer and the plain one."""
    return b"etag", f'"{tag}-gzip"'.encode() if _takes_gzip(request) else f'"{tag}"'.encode()


def _takes_gzip(request: Request[Any, Any, Any]) -> bool:
    return "gzip" in header(request, b"accept-encoding")


def _sent(
    status: int,
    headers: list[tuple[bytes, bytes]],
    body: bytes,
    media_type: bytes,
    request: Request[Any, Any, Any],
) -> Encoded:
    headers.append((b"content-type", media_type))
    if len(body) >= COMPRESSED_FROM:
        headers.append(_VARY)
        if _takes_gzip(request):
            packer = zlib.compressobj(LEVEL, wbits=31)
            body = packer.compress(body) + packer.flush()
            headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", b"%d" % len(body)))
    return Encoded(status, headers, body)
