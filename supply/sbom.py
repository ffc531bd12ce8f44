"""Writes the components of a release beside its wheel, in CycloneDX: `python -m supply.sbom dist/homeplan.cdx.json`.

The components are the packages of requirements.lock that are installed, with hashes and licences, and the npm packages
that are built into the pages. `--licences` prints name, version and licence instead. The same locks and the same
environment make the same bytes.
"""

import argparse
import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK, WEB_LOCK = ROOT / "requirements.lock", ROOT / "web/package-lock.json"

STATED = {"pyrage": "MIT", "pysqlite3": "Zlib", "rich-click": "MIT"}
"""Licences (SPDX) of packages whose metadata names none that can be read; from the licence files that they ship."""

Component = dict[str, Any]


def document() -> dict[str, Any]:
    """The list of components of this environment and these locks. Raises ValueError when a component has no licence."""
    made = _cyclonedx("environment", "--pyproject", str(ROOT / "pyproject.toml"), sys.executable)
    installed = {_key(one): one for one in made["components"]}
    locked = _cyclonedx("requirements", str(LOCK))["components"]
    components = [_merged(one, installed[_key(one)]) for one in locked if _key(one) in installed]
    components = sorted([*components, *_in_the_pages()], key=lambda one: str(one["purl"]))
    without = [one["name"] for one in components if not one.get("licenses")]
    if without or len(components) < 2:
        raise ValueError(f"components without a licence: {without}, of {len(components)}")
    kept = {one["bom-ref"] for one in components} | {made["metadata"]["component"]["bom-ref"]}
    made["dependencies"] = [
        {**one, "dependsOn": sorted(kept.intersection(one.get("dependsOn", ())))}
        for one in made.get("dependencies", ())
        if one["ref"] in kept
    ]
    return made | {"components": components}


def licences(sbom: dict[str, Any]) -> str:
    """One line per component: name, version, licence."""
    lines = [f"{one['name']} {one['version']}: {', '.join(_names(one))}" for one in sbom["components"]]
    return "\n".join(sorted(lines)) + "\n"


def _cyclonedx(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "cyclonedx_py", arguments[0], "--output-reproducible", "--of", "JSON"]
    made = subprocess.run([*command, *arguments[1:]], check=True, capture_output=True)
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def _key(component: Component) -> tuple[str, str]:
    return component["name"].lower().replace("_", "-"), component["version"]


def _merged(locked: Component, installed: Component) -> Component:
    """The installed package with the hashes of the lock, which are of the files that pip may take."""
    hashes = [each for reference in locked.get("externalReferences", ()) for each in reference.get("hashes", ())]
    unique = {(each["alg"], each["content"]) for each in [*locked.get("hashes", ()), *hashes]}
    references = [{"type": "distribution", "url": f"pkg:pypi/{locked['name']}", "hashes": _hashes(unique)}]
    if not installed.get("licenses") and (stated := STATED.get(installed["name"])):
        installed = {**installed, "licenses": [{"license": {"id": stated, "acknowledgement": "declared"}}]}
    return {name: value for name, value in installed.items() if name != "externalReferences"} | (
        {"externalReferences": references} if unique else {}
    )


def _hashes(unique: set[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"alg": algorithm, "content": content} for algorithm, content in sorted(unique)]


def _in_the_pages() -> list[Component]:
    """The npm packages that the pages are built of; what only builds and tests them is not in a release."""
    lock = json.loads(WEB_LOCK.read_bytes())["packages"]
    found = []
    for path, package in lock.items():
        if not path or package.get("dev") or package.get("optional"):
            continue
        name, version = path.rpartition("node_modules/")[2], package["version"]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        found.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "purl": purl,
                "licenses": [{"license": {"id": package["license"]}}] if "license" in package else [],
                "hashes": [{"alg": "SHA-512", "content": _sha512(package["integrity"])}],
            }
        )
    return found


def _sha512(integrity: str) -> str:
    return b64decode(integrity.removeprefix("sha512-")).hex()


def _names(component: Component) -> list[str]:
    found = (
        one.get("expression") or one["license"].get("id") or one["license"]["name"] for one in component["licenses"]
    )
    return sorted({name.splitlines()[0] for name in found})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--licences", action="store_true")
    options = parser.parse_args()
    made = document()
    if options.licences or options.file is None:
        sys.stdout.write(licences(made))
        return
    options.file.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
