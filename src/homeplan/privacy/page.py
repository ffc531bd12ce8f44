"""The export as a page to read, print or hand to another therapist: one file, no script, nothing loaded."""

from collections import Counter
from datetime import date, datetime
from html import escape

from homeplan.privacy.model import Export, PlannedProgram
from homeplan.privacy.words import STYLE
from homeplan.privacy.writing import Writing, listed, table

LOOKING = {"read", "list", "export", "preview"}
"""Last parts of the names of audit events that changed nothing."""


def page(export: Export) -> str:
    """The page, complete. Everything that somebody wrote is escaped."""
    return _Page(export).html()


class _Page(Writing):
    def html(self) -> str:
        say, export = self.say, self.export
        parts = (
            self.about(),
            self.section("programs", *map(self.program, reversed(export.programs_in_words))),
            self.section("intake", *self.intake()),
            self.section("consent", *self.consents()),
            self.section("needling", self.needling()),
            self.section("events", self.events()),
            self.section("checkIns", self.check_ins()),
            self.section("messages", self.messages()),
            self.section("visits", self.visits()),
            self.section("contacts", self.contacts()),
            self.section("logs", self.logs()),
            self.section("safety", self.safety()),
            self.section("alerts", f"<p>{escape(say['alertsAre'])}</p>", self.alerts()),
            self.section("reminders", self.reminders()),
            self.section("signIns", self.sign_ins()),
            self.section("team", listed(f"{each.name} ({self.day(each.since)})" for each in export.care_team)),
            self.section("looked", self.looked()),
            self.section("left", f"<p>{escape(say['leftOut'])}</p>"),
        )
        made = say["made"].format(day=self.day(export.exported_at), clinic=export.clinic.name)
        return (
            f'<!doctype html><html lang="{export.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            # Wherever the file is opened: nothing is loaded, nothing runs.
            "<meta http-equiv=\"content-security-policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            f"<title>{escape(say['title'])}</title><style>{STYLE}</style></head><body>"
            f"<h1>{escape(say['title'])}</h1><p>{escape(made)}</p><p>{escape(say['about_file'])}</p>"
            f"{''.join(parts)}</body></html>\n"
        )

    def about(self) -> str:
        me = self.me
        facts = (
            ("name", f"{me['givenName']} {me['familyName']}"),
            ("birthYear", me["birthYear"]),
            ("recordNumber", me["recordNumber"]),
            ("clinic", f"{self.export.clinic.name}, {self.export.clinic.phone}"),
            ("problem", me["problem"]),
            ("goal", me["goal"]),
            *self.numbers(),
        )
        return self.facts(facts)

    def program(self, program: PlannedProgram) -> str:
        say = self.say
        heading = say["version"].format(
            number=program.number, day=self.day(program.effective_from), author=program.author
        )
        items = table(
            (say["what"], say["dose"], say["when"], say["note"]),
            ((each.title, each.dose, each.when, each.note) for each in program.items),
        )
        return f"<h3>{escape(heading)}</h3><p>{escape(program.change_summary)}</p>{items}"

    def intake(self) -> list[str]:
        """The latest version of the intake."""
        say = self.say
        if not self.records["intakes"]:
            return []
        latest = self.records["intakes"][-1]
        entry = latest["document"]
        answers = (
            (self.export.conditions.get(slug, slug), self.word(given)) for slug, given in entry["answers"].items()
        )
        due = entry.get("dueDate")
        facts = (
            ("asked", self.day(latest["recordedAt"])),
            ("trimester", entry.get("trimester")),
            ("dueDate", None if due is None else self.day(date.fromisoformat(due))),
            ("medicines", entry.get("medicines")),
            ("note", entry.get("note")),
        )
        return [table((say["condition"], say["answer"]), answers), self.facts(facts)]

    def consents(self) -> list[str]:
        """Each consent, and the text that was signed last."""
        say, consents = self.say, self.records["needlingConsents"]
        if not consents:
            return []
        rows = (
            (
                self.moment(row["signedAt"]),
                self.word(row["signedOn"]),
                row["signedName"],
                row["version"],
                self.moment(row["withdrawnAt"]),
            )
            for row in consents
        )
        heads = ("signed", "signedHow", "signedName", "textVersion", "withdrawn")
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in consents[-1]["text"].splitlines())
        text = f'<blockquote lang="{consents[-1]["language"]}">{paragraphs}</blockquote>'
        return [table([say[head] for head in heads], rows), text]

    def events(self) -> str:
        say, export = self.say, self.export
        rows = (
            (
                self.moment(row["reportedAt"]),
                ": ".join(filter(None, [export.events.get(row["event"], row["event"]), row["words"]])),
                export.severities.get(row["severity"], row["severity"]),
            )
            for row in self.records["adverseEvents"]
        )
        return table((say["day"], say["what"], say["severity"]), rows)

    def needling(self) -> str:
        say = self.say
        latest = {row["sessionId"]: row["document"] for row in self.records["needlingSessionVersions"]}
        rows = []
        for row in self.records["needlingSessions"]:
            if row["voidedAt"] is not None:
                continue
            entry = latest[row["id"]]
            muscles = [f"{self.called(each['muscle'])} ({self.word(each['side'])})" for each in entry["muscles"]]
            before, after, note = entry.get("painBefore"), entry.get("painAfter"), entry.get("note")
            rows.append((self.moment(row["endedAt"]), ", ".join(muscles), before, after, note))
        return table((say["day"], say["muscles"], say["painBefore"], say["painAfter"], say["note"]), rows)

    def check_ins(self) -> str:
        say = self.say
        rows = (
            (
                self.day(date.fromisoformat(row["day"])),
                row["painNow"],
                row["painWorst24h"],
                row["soreness"],
                ", ".join(self.region(each) for each in row["regions"] or ()),
                row["note"],
                self.signs(row),
            )
            for row in self.records["checkIns"]
        )
        heads = ("day", "painNow", "painWorst", "soreness", "where", "note", "worrying")
        return table([say[head] for head in heads], rows)

    def messages(self) -> str:
        """Both sides' messages; notes are in the table of check-ins."""
        say = self.say
        rows = (
            (self.moment(row["writtenAt"]), row["author"] or say["is_patient"], row["words"])
            for row in self.records["messages"]
            if row["kind"] == "message"
        )
        return table((say["day"], say["who"], say["wrote"]), rows)

    def numbers(self) -> list[tuple[str, str]]:
        """The patient's telephone number, and the emergency contact's with the name."""
        found = {row["whose"]: row for row in self.records["telephoneNumbers"]}
        own, emergency = found.get("patient"), found.get("emergency-contact")
        facts = [] if own is None else [("telephone", own["number"])]
        return facts if emergency is None else [*facts, ("emergency", f"{emergency['name']}, {emergency['number']}")]

    def visits(self) -> str:
        """Visits by the clinic's day and clock."""
        say = self.say
        rows = (
            (
                f"{self.day(date.fromisoformat(row['day']))}, {row['wallTime'][:5]}",
                self.word(f"visit_{row['kind']}"),
                self.word(f"visit_{row['state']}"),
                row["note"],
            )
            for row in self.records["visits"]
        )
        return table((say["day"], say["what"], say["became"], say["note"]), rows)

    def contacts(self) -> str:
        """Calls and conversations in their latest version, without what staff wrote for each other."""
        say = self.say
        rows = (
            (
                self.moment(row["startedAt"]),
                self.word(f"contact_{row['kind']}"),
                self.word(f"spoke_{row['spokeWith']}") if row["reached"] == "yes" else say["notReached"],
                row["minutes"],
                row["patientWords"],
                row["nextStep"],
            )
            for row in self.records["contacts"]
            if row["replacedAt"] is None
        )
        heads = ("day", "how", "spoke", "minutes", "yourWords", "nextStep")
        return table([say[head] for head in heads], rows)

    def logs(self) -> str:
        say = self.say
        slugs = {row["id"]: row["slug"] for row in self.records["prescriptions"]}
        rows = (
            (
                self.day(date.fromisoformat(row["day"])),
                self.called(slugs[row["prescriptionId"]]),
                " - ".join(self.word(each) for each in (row["outcome"], row["skipReason"]) if each),
                row["painDuring"],
                row["effort"],
            )
            for row in self.records["exerciseLogs"]
        )
        return table((say["day"], say["what"], say["outcome"], say["painDuring"], say["effort"]), rows)

    def safety(self) -> str:
        say = self.say
        rows = (
            (
                self.moment(row["answeredAt"]),
                self.signs(row) or say["mistake" if row["retracts"] else "nothingNew"],
            )
            for row in self.records["safetyAnswers"]
        )
        return table((say["day"], say["answer"]), rows)

    def alerts(self) -> str:
        say = self.say
        rows = (
            (self.moment(row["raisedAt"]), row["ruleText"], self.moment(row["closedAt"]))
            for row in self.records["alerts"]
        )
        return table((say["raised"], say["rule"], say["closed"]), rows)

    def reminders(self) -> str:
        return listed(
            f"{row['wallTime']} - {self.word(row['kind'])}" for row in self.records["reminders"] if not row["deletedAt"]
        )

    def sign_ins(self) -> str:
        say = self.say
        rows = (
            (row["label"], self.day(row["createdAt"]), self.day(row["lastSeenAt"]), self.moment(row["revokedAt"]))
            for row in self.records["signIns"]
        )
        return table((say["device"], say["since"], say["lastSeen"], say["ended"]), rows)

    def looked(self) -> str:
        """The people who read or changed the record, with number and last date; the export file lists the single
        events."""
        say = self.say
        times: Counter[tuple[str, str]] = Counter()
        last: dict[tuple[str, str], datetime] = {}
        for row in self.records["auditEvents"]:
            did = "looked" if row["action"].rsplit(".", 1)[-1] in LOOKING else "changed"
            times[what := (row["role"], did)] += 1
            last[what] = row["at"]
        rows = ((self.word(role), self.word(did), n, self.day(last[role, did])) for (role, did), n in times.items())
        return table((say["who"], say["did"], say["times"], say["last"]), rows)
