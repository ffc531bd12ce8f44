"""The built web app, served from memory. The files are read at start; any other name is not found."""

import gzip
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from litestar import Request, Response, get

from homeplan.errors import NotFound
from homeplan.http.access import Access

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"

# Addresses of the two single-page apps, which route in the fragment.
PAGES = {
    "": "index.html",
    "e": "join.html",
    "console": "console/index.html",
    "console/": "console/index.html",
    "console/join": "console/index.html",
    "console/address": "console/index.html",
    "mail/confirm": "console/index.html",
    "mail/stop": "console/index.html",
}

_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".webmanifest": "application/manifest+json",
}

NOT_BUILT = b"The web app is not built. Run: pip install -e . (needs Node 20 or newer)"


@dataclass(frozen=True)
class WebFile:
    """One file as it is sent."""

    body: bytes
    brotli: bytes | None
    """The copy that the build made; all current browsers take it."""
    compressible: bool
    media_type: str
    cache: str
    etag: str

    @cached_property
    def gzipped(self) -> bytes:
        """Made at the first request that asks for it: all files together would be a tenth of the start."""
        return gzip.compress(self.body, 9, mtime=0)

    def packed(self, accepted: Collection[str]) -> tuple[str, bytes] | None:
        """The smallest copy among these encodings, with its encoding; None when the file goes out as it is."""
        if self.brotli is not None and "br" in accepted:
            return "br", self.brotli
        if self.compressible and "gzip" in accepted:
            return "gzip", self.gzipped
        return None


def read_web_files(folder: Path) -> dict[str, WebFile]:
    """All files below `folder` by their address, without links and dotfiles."""
    if not folder.is_dir():
        return {}
    found: dict[str, WebFile] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.is_symlink() or path.suffix in (".gz", ".br", ".map") or "/." in f"/{name}":
            continue
        found[name] = _read(path, name)
    return found


def web_routes(files: dict[str, WebFile]) -> list[Any]:
    """The routes that serve these files."""

    @get(
        # reminders/second_way/api.py takes posts at the last one; beside it Litestar does not try the path before them.
        ["/", "/{file_path:path}", "/mail/confirm", "/mail/stop", "/mail/stop/{token:str}"],
        access=Access.PUBLIC,
        include_in_schema=False,
        sync_to_thread=False,
    )
    def web_file(request: Request[Any, Any, Any]) -> Response[bytes]:
        name = request.scope["path"].lstrip("/")
        name = PAGES.get("mail/stop" if name.startswith("mail/stop/") else name, name)
        file = files.get(name)
        if file is None:
            if not files and name.endswith(".html"):
                return Response(NOT_BUILT, status_code=503, media_type="text/plain")
            raise NotFound
        headers = {"Cache-Control": file.cache, "ETag": file.etag, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == file.etag:
            return Response(b"", status_code=304, headers=headers)
        packed = file.packed(_encodings(request.headers.get("accept-encoding", "")))
        if packed is not None:
            encoding, body = packed
            return Response(body, media_type=file.media_type, headers=headers | {"Content-Encoding": encoding})
        return Response(file.body, media_type=file.media_type, headers=headers)

    return [web_file]


def _encodings(accepted: str) -> set[str]:
    """The encodings that an Accept-Encoding header accepts."""
    named = (each.replace(" ", "").partition(";q=") for each in accepted.lower().split(","))
    return {name for name, _, weight in named if not weight or weight.strip("0.")}


def _read(path: Path, name: str) -> WebFile:
    body = path.read_bytes()
    media_type = _TYPES.get(path.suffix, "application/octet-stream")
    brotli = path.with_name(f"{path.name}.br")  # Vite wrote it (web/vite/compress.ts)
    compressible = media_type.startswith(("text/", "image/svg", "application/json", "application/manifest"))
    return WebFile(
        body=body,
        brotli=brotli.read_bytes() if brotli.is_file() and not brotli.is_symlink() else None,
        compressible=compressible and len(body) > 256,
        media_type=media_type,
        cache=IMMUTABLE if name.startswith("assets/") else REVALIDATE,
        etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
    )
