"""Parts of the page: words in the patient's language, days in their zone, lists and tables; all of it is escaped."""

from collections.abc import Iterable
from datetime import date, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from homeplan.privacy.model import Export
from homeplan.privacy.words import MONTHS, WORDS, Words
from homeplan.values import zone

Cell = str | int | None


class Writing:
    """The parts that every section of the page of one export uses."""

    def __init__(self, export: Export):
        self.export = export
        self.records = export.records
        self.me: dict[str, Any] = export.records["profile"][0]
        self.zone: ZoneInfo = zone(self.me["timeZone"])
        self.say: Words = WORDS[export.language]

    def facts(self, facts: Iterable[tuple[str, Cell]]) -> str:
        """A list of the facts that are known."""
        known = [(name, value) for name, value in facts if value not in (None, "")]
        rows = "".join(f"<dt>{escape(self.say[name])}</dt><dd>{escape(str(value))}</dd>" for name, value in known)
        return f"<dl>{rows}</dl>"

    def section(self, name: str, *parts: str) -> str:
        body = "".join(parts) or f"<p>{escape(self.say['nothing'])}</p>"
        return f"<h2>{escape(self.say[name])}</h2>{body}"

    def signs(self, row: dict[str, Any]) -> str:
        """The warning signs of an answer, and what else worried the patient."""
        named = [self.export.signs.get(sign, sign) for sign in row["safetyYes"]]
        return ", ".join([*named, *filter(None, [row["otherText"]])])

    def called(self, slug: str) -> str:
        return self.export.titles.get(slug, slug)

    def word(self, value: str) -> str:
        return self.say.get(f"is_{value}", value)

    def region(self, each: dict[str, Any]) -> str:
        side = each.get("side")
        return f"{self.called(each['slug'])} ({self.word(side)})" if side else self.called(each["slug"])

    def day(self, at: date) -> str:
        local = at.astimezone(self.zone) if isinstance(at, datetime) else at
        month = MONTHS[self.export.language][local.month - 1]
        return self.say["date"].format(month=month, day=local.day, year=local.year)

    def moment(self, at: datetime | None) -> str:
        return "" if at is None else f"{self.day(at)}, {at.astimezone(self.zone):%H:%M}"


def table(heads: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    """A table without the columns in which nothing was ever said; nothing when it has no row."""
    lines = [list(row) for row in rows]
    kept = [at for at, cells in enumerate(zip(*lines, strict=True)) if any(each not in (None, "") for each in cells)]
    head = "".join(f'<th scope="col">{escape(each)}</th>' for at, each in enumerate(heads) if at in kept)
    body = "".join(f"<tr>{''.join(_cell(line[at]) for at in kept)}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else ""


def _cell(value: Cell) -> str:
    return f"<td>{'' if value is None else escape(str(value))}</td>"


def listed(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""
