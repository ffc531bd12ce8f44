"""The peer of the patient's first screen: the same answers and words on React, built by Vite, served as ours is.

`python -m bench.peer_page FOLDER` serves a built page at a port of its own, prints {"origin"}, and ends when its
standard input does.
"""

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
import yaml
from litestar import Litestar

from bench.processes import ROOT
from homeplan.http.static import read_web_files, web_routes

NAME = "React 19"
_DATA = ROOT / "src" / "homeplan" / "library" / "data" / "checkin.yaml"
_CONFIG = """\
import { defineConfig } from "vite";
export default defineConfig({ resolve: { alias: { "@web": %s } }, build: { assetsInlineLimit: 0 } });
"""


def build(folder: Path, answers: dict[str, Any]) -> Path:
    """Install and build the page in `folder`, with the server's `answers` beside it. Raises RuntimeError."""
    shutil.copytree(ROOT / "bench" / "react", folder, dirs_exist_ok=True)
    (folder / "vite.config.js").write_text(_CONFIG % json.dumps(str(ROOT / "web" / "src")))
    for command in (["npm", "install", "--no-audit", "--no-fund", "--silent"], ["npx", "vite", "build"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {(done.stderr or done.stdout)[-300:]}")
    for name, answer in (answers | _content()).items():
        (folder / "dist" / f"{name}.json").write_text(json.dumps(answer))
    return folder / "dist"


def _content() -> dict[str, Any]:
    """The questions and the aftercare cards, which our page has compiled in."""
    data = yaml.safe_load(_DATA.read_text())
    asked = ("pain_now", "pain_worst_24h", "soreness")
    questions = {item["id"]: item["text"]["en"] for item in data["items"] if item["id"] in asked}
    return {"checkin": questions, "aftercare": {card["phase"]: card for card in data["aftercare"]}}


async def serve(folder: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    app = Litestar(web_routes(read_web_files(folder)), openapi_config=None, logging_config=None)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    print(json.dumps({"origin": f"http://localhost:{listener.getsockname()[1]}"}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1])))
