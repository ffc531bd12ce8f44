/** The contents of the sheet of paper: which prescriptions, for which time. Pure. */

import type { Language } from "../../core/i18n";
import type { Activity, Exercise, Item, Prescription, ProgramView, Revision, Topic } from "../wire";

/** `now`: until the phase that is on ends, through the first 72 hours where these are not over. */
export type Part = "now" | "whole";

export type Printed<I> = { prescribed: Prescription; item: I };

export type Contents = {
  exercises: Printed<Exercise>[];
  advice: Printed<Activity>[];
  topics: Printed<Topic>[];
  /** Items that are in this part of the program, and that nobody has signed. */
  unsigned: Item[];
  /** The end of this part, when it has one. */
  until: Date | undefined;
};

const hourMs = 3_600_000;
/** Hours after needling in which the overlay runs, and the box on the sheet is about. */
export const afterNeedlingH = 72;

export function contentsOf(
  revision: Revision,
  head: ProgramView["program"],
  items: ReadonlyMap<string, Item>,
  draftsAllowed: boolean,
  part: Part,
): Contents {
  const phases = phasesOf(revision, head, part);
  const slugs = new Set(phases.map(({ slug }) => slug));
  const found = revision.prescriptions.flatMap((prescribed): Printed<Item>[] => {
    const item = items.get(prescribed.slug);
    return item && prescribed.phases.some((phase) => slugs.has(phase)) ? [{ prescribed, item }] : [];
  });
  const isSigned = ({ item }: Printed<Item>): boolean => item.review.state === "signed";
  const shown = found.filter((one) => draftsAllowed || isSigned(one));
  const of = <I extends Item>(kind: I["kind"]) => shown.filter(({ item }) => item.kind === kind) as Printed<I>[];
  const last = phases.at(-1);
  return {
    exercises: of<Exercise>("exercise"),
    advice: of<Activity>("activity"),
    topics: of<Topic>("education"),
    unsigned: found.filter((one) => !isSigned(one)).map(({ item }) => item),
    until: head && last?.toH != null ? new Date(Date.parse(head.anchorAt) + last.toH * hourMs) : undefined,
  };
}

/** The phases of a part: never one that is over. */
function phasesOf(revision: Revision, head: ProgramView["program"], part: Part): Revision["phases"] {
  const at = revision.phases.findIndex(({ slug }) => slug === head?.phase);
  const ahead = revision.phases.slice(Math.max(at, 0));
  if (part === "whole") return ahead;
  const end = ahead.findIndex(({ toH }) => toH === null || toH > afterNeedlingH);
  return ahead.slice(0, end + 1);
}

/** The exercises of the overlay in one of its phases. */
export function overlayIn(
  revision: Revision,
  phase: string,
  items: ReadonlyMap<string, Item>,
  draftsAllowed: boolean,
): Printed<Exercise>[] {
  return revision.overlay.flatMap((prescribed): Printed<Exercise>[] => {
    const item = items.get(prescribed.slug);
    if (item?.kind !== "exercise" || !prescribed.phases.includes(phase)) return [];
    return draftsAllowed || item.review.state === "signed" ? [{ prescribed, item }] : [];
  });
}

/** The end of the latest needling session, if its 72 hours are not over. */
export function needledLately(endedAt: readonly string[], now: Date): Date | undefined {
  const latest = Math.max(...endedAt.map((at) => Date.parse(at)).filter((at) => at <= now.getTime()));
  return now.getTime() - latest < afterNeedlingH * hourMs ? new Date(latest) : undefined;
}

/** "Monday, November 30, 2026" on the patient's calendar; `withTime` adds "3:00 PM". A sheet lies around for years. */
export function longDate(at: Date, language: Language, timeZone: string, withTime = false): string {
  return new Intl.DateTimeFormat(language === "es" ? "es-US" : "en-US", {
    timeZone,
    ...{ weekday: "long", year: "numeric", month: "long", day: "numeric" },
    ...(withTime && { hour: "numeric", minute: "2-digit" }),
  }).format(at);
}

/** "Monday, Nov 30". */
export function dayAndDate(at: Date, language: Language, timeZone: string): string {
  const options = { timeZone, weekday: "long", month: "short", day: "numeric" } as const;
  return new Intl.DateTimeFormat(language === "es" ? "es-US" : "en-US", options).format(at);
}
