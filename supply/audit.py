"""Asks for known weaknesses of everything that is locked: `python -m supply.audit`. It needs the network.

It ends with 1 when there is a weakness, and also when anything was not asked about (an audit of nothing
is no audit), and when the locks are older than SECURITY.md allows.
"""

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
UNASKED = """\
Next: run `make audit` again from a network where https://pypi.org and https://registry.npmjs.org answer themselves (a
mirror of packages alone knows no weaknesses); PIP_AUDIT_VULNERABILITY_SERVICE=osv asks https://api.osv.dev instead of
PyPI. Until then nothing is known of what was not audited: do not release."""
OLDEST_LOCK = timedelta(days=180)
"""The longest time for which dependencies go without an update (SECURITY.md)."""
OLD = """\
Next: run `make lock` and `make test`, and look at CHANGELOGs of what has a new first number."""
WEAK = """\
Next, for each weakness: allow the fixed version in pyproject.toml and run `make lock`, or `npm --prefix web update
NAME`; then `make test`, and tell operators in CHANGELOG.md what to do."""


def faults_of_pip(report: dict[str, Any], locked: int) -> list[str]:
    """The faults in a report of pip-audit about that many locked packages."""
    dependencies = report.get("dependencies", [])
    skipped = [f"{one['name']} was not audited: {one['skip_reason']}" for one in dependencies if "skip_reason" in one]
    weak = [f"{one['name']} {one['version']}: {each['id']}" for one in dependencies for each in one.get("vulns", ())]
    audited = len(dependencies) - len(skipped)
    if skipped and not audited:
        return [f"none of {locked} packages was audited: {skipped[0]}, and so on"]
    few = [f"only {audited} of {locked} packages were audited"] if audited * 2 < locked else []
    return skipped + weak + few


def faults_of_npm(report: dict[str, Any]) -> list[str]:
    """The faults in a report of npm audit."""
    if "metadata" not in report:
        return [f"npm audited nothing: {report.get('message') or report.get('error', {}).get('summary', 'no report')}"]
    metadata = report["metadata"]
    few = [] if metadata["dependencies"]["total"] else ["npm audited nothing: there are no packages"]
    return few + [f"{name}: {one['severity']}" for name, one in report.get("vulnerabilities", {}).items()]


def faults_of_age(lock: str, today: date) -> list[str]:
    """The fault of a lock that was resolved too long ago, or that does not say when."""
    resolved = re.match(r"# resolved (\d{4}-\d\d-\d\d)$", lock, re.MULTILINE)
    if resolved is None:
        return ["it does not say when it was resolved"]
    age = today - date.fromisoformat(resolved[1])
    return [f"resolved {age.days} days ago"] if age > OLDEST_LOCK else []


def locked_packages(lock: str) -> int:
    """Number of packages in the text of a lock."""
    return len(re.findall(r"^[A-Za-z0-9_.-]+==", lock, re.MULTILINE))


def next_steps(faults: list[str]) -> list[str]:
    """What to do about these faults, for what was not audited and for weaknesses."""
    unasked = [fault for fault in faults if " audited" in fault]
    old = [fault for fault in faults if "resolved" in fault]
    weak = len(unasked) + len(old) < len(faults)
    return [UNASKED] * bool(unasked) + [OLD] * bool(old) + [WEAK] * weak


def main() -> int:
    faults = []
    for name in LOCKS:
        command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--format=json", "-r", name]
        lock = (ROOT / name).read_text()
        found = faults_of_pip(_report(command), locked_packages(lock)) + faults_of_age(lock, datetime.now(UTC).date())
        faults += [f"{name}: {fault}" for fault in found]
    faults += [f"web: {fault}" for fault in faults_of_npm(_report(["npm", "audit", "--json", "--prefix", "web"]))]
    print("\n".join([*faults, *next_steps(faults)]) or "Nothing known is wrong with what is locked.")
    return int(bool(faults))


def _report(command: list[str]) -> dict[str, Any]:
    """The report that the program printed; an empty one when it printed none."""
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    try:
        found = json.loads(ended.stdout)
    except ValueError:
        print(ended.stderr.strip()[-400:], file=sys.stderr)
        return {}
    return found if isinstance(found, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
