/** Warning signs: how urgent they are, how they go to the clinic, and what is open. */

import { effects, type Level, levels } from "instrument/levels";

import type { ExercisePause, OpenWarning, SafetyAnswerEntry } from "./api";
import { deviceZone } from "./dates";
import type { Entry, Row } from "./entry";

/** The item of the safety screen for a worry that no other item names. */
export const other = "other";
const byUrgency = ["emergency", "urgent", "soon"] as const satisfies Level[];

/** The signs of an answer. Something new or worrying without a ticked sign is `other`, as the server takes it. */
export function signsOf(answer: { anythingNew?: boolean; safetyYes?: readonly string[] }): string[] {
  const ticked = [...(answer.safetyYes ?? [])];
  return !ticked.length && answer.anythingNew ? [other] : ticked;
}

/** The level of a sign; one that is no longer on the screen counts as urgent, as the server counts it. */
const levelOfSign = (id: string): Level => levels[id] ?? "urgent";

/** The most urgent level among signs. */
export function worstLevel(signs: readonly string[]): Level | undefined {
  const found = new Set(signs.map(levelOfSign));
  return byUrgency.find((level) => found.has(level));
}

/** The urgency of an entry; undefined for one without a warning sign. */
export function levelOf({ kind, body }: Entry): Level | undefined {
  return kind === "checkin" || kind === "safety" ? worstLevel(signsOf(body)) : undefined;
}

/** Whether a level pauses the exercises; the server does the same when the sign arrives. */
export function pauses(level: Level | null | undefined): level is "emergency" | "urgent" {
  return level != null && effects[level].pause;
}

/** The parts of a safety answer beside its signs. */
type More = { otherText?: string | null | undefined; retracts?: string };

/** An answer to the safety screen, outside of a check-in, in the outbox. */
export function safetyOutboxEntry(
  id: string,
  now: Date,
  timeZone: string,
  safetyYes: string[],
  more: More = {},
): Entry {
  const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value)) as {
    otherText?: string;
    retracts?: string;
  };
  const body: SafetyAnswerEntry = { id, answeredAt: now.toISOString(), timeZone, safetyYes, ...given };
  return { kind: "safety", key: safetyKey(id), method: "POST", path: "/api/me/safety-answers", body };
}

export const safetyKey = (id: string): string => `safety/${id}`;

/** The warning signs of a check-in as a separate entry, which the server accepts even if it refuses the check-in. */
export function warningOf({ kind, body }: Entry): Entry | undefined {
  if (kind !== "checkin") return undefined;
  const signs = signsOf(body);
  const { clientEventId, answeredAt, timeZone, otherText } = body;
  return signs.length
    ? safetyOutboxEntry(clientEventId, new Date(answeredAt), timeZone ?? deviceZone(), signs, { otherText })
    : undefined;
}

/** Whether the entry carries its signs itself: those of a refused check-in went on as an entry of their own. */
export function isWarning(row: Row): boolean {
  return levelOf(row) !== undefined && !(row.kind === "checkin" && row.refused);
}

/** A warning sign that nobody of the clinic has acknowledged yet, or that it does not have. */
export type Warning = {
  level: Level;
  /** The most urgent first; none where an older version of this app kept only the pause. */
  signs: string[];
  since: Date;
  /** "unsaved" did not fit here. */
  arrival: "sent" | "waiting" | "refused" | "unsaved";
  /** The ids of the answers that opened them. */
  answers: string[];
  /** The person said of each of them that it was a mistake. */
  retracted: boolean;
};

/** The warning as the server last said; `undefined` when it was never asked, `null` when there is none. */
export type KnownWarning = OpenWarning | null | undefined;

/** All that is open, with the most urgent level, and whether all of it has arrived. */
export function openWarning(
  known: KnownWarning,
  pause: Pick<ExercisePause, "reason" | "since"> | undefined,
  rows: readonly Row[],
  unsaved: readonly Entry[],
  now: Date,
): Warning | undefined {
  const open = rows.filter(isWarning);
  const lost = unsaved.filter((entry) => levelOf(entry));
  const ids = new Set([...rows, ...unsaved].map(retractedBy));
  const opened: Omit<Warning, "arrival">[] = [
    ...(known ? [{ ...known, since: new Date(known.since) }] : []),
    ...open.map((row) => ({ ...openedBy(row), since: new Date(row.savedAt) })),
    ...lost.map((entry) => ({ ...openedBy(entry), since: now })),
  ];
  if (!opened.length && known === undefined && pause)
    opened.push({ level: pause.reason, signs: [], since: new Date(pause.since), answers: [], retracted: false });
  const worst = byUrgency.map((level) => opened.find((each) => each.level === level)).find(Boolean);
  if (!worst) return undefined;
  const signs = new Set(opened.flatMap((each) => each.signs));
  return {
    level: worst.level,
    since: worst.since,
    signs: byUrgency.flatMap((level) => [...signs].filter((sign) => levelOfSign(sign) === level)),
    answers: [...new Set(opened.flatMap(({ answers }) => answers))],
    retracted: opened.every(
      (each) => each.retracted || (each.answers.length && each.answers.every((id) => ids.has(id))),
    ),
    arrival: lost.length
      ? "unsaved"
      : open.some(({ refused }) => refused)
        ? "refused"
        : open.length
          ? "waiting"
          : "sent",
  };
}

/** The warning once the server has an answer with these signs; what it says itself takes this one's place. */
export function withAnswer(known: KnownWarning, id: string, signs: readonly string[], at: string): OpenWarning {
  const all = [...new Set([...(known?.signs ?? []), ...signs])];
  const answers = [...new Set([...(known?.answers ?? []), id])];
  return { level: worstLevel(all) ?? "urgent", signs: all, since: known?.since ?? at, answers, retracted: false };
}

/** The warning once the server has these entries: a mistake when each of its answers is retracted by one of them. */
export function withRetractions(open: OpenWarning, sent: readonly Entry[]): OpenWarning {
  const ids = new Set(sent.map(retractedBy));
  return {
    ...open,
    retracted: open.retracted || (open.answers.length > 0 && open.answers.every((id) => ids.has(id))),
  };
}

/** The id of the answer that an entry retracts. */
function retractedBy({ kind, body }: Entry): string | undefined {
  return (kind === "safety" && body.retracts) || undefined;
}

/** The id of an answer to the safety screen, in a check-in or by itself. */
export function answerId(entry: Entry): string {
  if (entry.kind === "checkin") return entry.body.clientEventId;
  return entry.kind === "safety" ? entry.body.id : "";
}

function openedBy(entry: Entry): Pick<Warning, "level" | "signs" | "answers" | "retracted"> {
  const signs = entry.kind === "checkin" || entry.kind === "safety" ? signsOf(entry.body) : [];
  return { level: worstLevel(signs) ?? "urgent", signs, answers: [answerId(entry)], retracted: false };
}
