/** Warning signs: how urgent they are, how they go to the clinic, and what is open. */

import { type Level, levels } from "instrument/levels";

import type { ExercisePause, SafetyAnswerEntry } from "./api";
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

/** The most urgent level among signs; one that is no longer on the screen counts as urgent, as the server counts it. */
export function worstLevel(signs: readonly string[]): Level | undefined {
  const found = new Set(signs.map((id) => levels[id] ?? "urgent"));
  return byUrgency.find((level) => found.has(level));
}

/** The urgency of an entry; undefined for one without a warning sign. */
export function levelOf({ kind, body }: Entry): Level | undefined {
  return kind === "checkin" || kind === "safety" ? worstLevel(signsOf(body)) : undefined;
}

/** Whether a level pauses the exercises; the server does the same when the sign arrives. */
export function pauses(level: Level | null | undefined): level is "emergency" | "urgent" {
  return level === "emergency" || level === "urgent";
}

/** An answer to the safety screen, outside of a check-in, in the outbox. */
export function safetyOutboxEntry(id: string, now: Date, timeZone: string, safetyYes: string[]): Entry {
  const body: SafetyAnswerEntry = { id, answeredAt: now.toISOString(), timeZone, safetyYes };
  return { kind: "safety", key: safetyKey(id), method: "POST", path: "/api/me/safety-answers", body };
}

export const safetyKey = (id: string): string => `safety/${id}`;

/** The warning signs of a check-in as a separate entry, which the server accepts even if it refuses the check-in. */
export function warningOf({ kind, body }: Entry): Entry | undefined {
  if (kind !== "checkin") return undefined;
  const signs = signsOf(body);
  const { clientEventId, answeredAt, timeZone } = body;
  return signs.length
    ? safetyOutboxEntry(clientEventId, new Date(answeredAt), timeZone ?? deviceZone(), signs)
    : undefined;
}

/** Whether the entry carries its signs itself: those of a refused check-in went on as an entry of their own. */
export function isWarning(row: Row): boolean {
  return levelOf(row) !== undefined && !(row.kind === "checkin" && row.refused);
}

/** A warning sign that nobody of the clinic has cleared yet, or that it does not have; "unsaved" did not fit here. */
export type Warning = { level: Level; since: Date; arrival: "sent" | "waiting" | "refused" | "unsaved" };

/** The most urgent warning, and whether all of them have arrived. */
export function openWarning(
  pause: Pick<ExercisePause, "reason" | "since"> | undefined,
  rows: readonly Row[],
  unsaved: readonly Entry[],
  now: Date,
): Warning | undefined {
  const open = rows.filter(isWarning).map((row) => ({ row, since: new Date(row.savedAt) }));
  const lost = unsaved.filter((entry) => levelOf(entry)).map((row) => ({ row, since: now }));
  const known = [
    ...(pause ? [{ level: pause.reason, since: new Date(pause.since) }] : []),
    ...[...open, ...lost].map(({ row, since }) => ({ level: levelOf(row)!, since })),
  ];
  const worst = byUrgency.map((level) => known.find((each) => each.level === level)).find(Boolean);
  if (!worst) return undefined;
  if (lost.length) return { ...worst, arrival: "unsaved" };
  if (open.some(({ row }) => row.refused)) return { ...worst, arrival: "refused" };
  return { ...worst, arrival: open.length ? "waiting" : "sent" };
}
