/** The needling form: what is typed, what is still missing, and the entry that is sent. */

import { localDay } from "../../core/dates";
import type { CoIntervention, Decision, NeedlingEntry, NeedlingSession, ScreenItem, Side, Technique } from "../wire";

export type Site = { muscle: string; side: Side | null; technique: Technique; twitch: boolean | null };

export type NeedlingForm = {
  day: string;
  /** Wall times of this desk, "10:30". */
  start: string;
  end: string;
  sites: Site[];
  /** Whether the contraindications were asked for at all. */
  asked: boolean;
  present: string[];
  decision: Decision;
  reason: string;
  coInterventions: CoIntervention[];
  painBefore: string;
  painAfter: string;
  note: string;
};

/** The faults that keep the form from being saved; `at` numbers the site. */
export type Fault =
  | {
      readonly code:
        "not-asked" | "no-reason" | "absolute" | "no-sites" | "end-before-start" | "time" | "future" | "twice";
    }
  | { readonly code: "side"; readonly at: number }
  | { readonly code: "pain"; readonly field: "painBefore" | "painAfter" };

const usualMinutes = 15;
/** A session that still goes on may be written down when it ends within the hour. */
const aheadMs = 3_600_000;

/** An empty form for a session that has just ended. */
export function blank(now: Date): NeedlingForm {
  return {
    day: localDay(now),
    start: timeOf(new Date(now.getTime() - usualMinutes * 60_000)),
    end: timeOf(now),
    sites: [],
    asked: false,
    present: [],
    decision: "go-ahead",
    reason: "",
    coInterventions: [],
    painBefore: "",
    painAfter: "",
    note: "",
  };
}

/** Sorts sessions in any order by their end, the latest first. */
export function newestFirst(sessions: readonly NeedlingSession[]): NeedlingSession[] {
  return [...sessions].sort((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt));
}

/** The same muscles and co-interventions again. Twitches, pain and the screen belong to their own day. */
export function copyOf(session: NeedlingSession, form: NeedlingForm): NeedlingForm {
  return {
    ...form,
    sites: session.muscles.map((site) => ({ ...site, twitch: null })),
    coInterventions: [...session.coInterventions],
  };
}

/** The decisions that the screen leaves open: with an absolute contraindication only one. */
export function decisionsFor(present: readonly string[], screen: readonly ScreenItem[]): Decision[] {
  const absolute = screen.some(({ slug, level }) => level === "absolute" && present.includes(slug));
  return absolute ? ["do-not-needle"] : ["go-ahead", "adapt", "do-not-needle"];
}

export function faultsOf(form: NeedlingForm, screen: readonly ScreenItem[], now: Date): Fault[] {
  const found: Fault[] = [];
  if (!form.asked) found.push({ code: "not-asked" });
  if (!decisionsFor(form.present, screen).includes(form.decision)) found.push({ code: "absolute" });
  else if (form.present.length && form.decision !== "do-not-needle" && !form.reason.trim())
    found.push({ code: "no-reason" });
  if (form.decision !== "do-not-needle" && !form.sites.length) found.push({ code: "no-sites" });
  form.sites.forEach((site, at) => {
    if (form.decision !== "do-not-needle" && site.side === null) found.push({ code: "side", at });
  });
  if (
    new Set(form.sites.map(({ muscle, side, technique }) => `${muscle} ${side} ${technique}`)).size < form.sites.length
  )
    found.push({ code: "twice" });
  for (const field of ["painBefore", "painAfter"] as const) {
    if (scoreOf(form[field]) === undefined) found.push({ code: "pain", field });
  }
  return [...found, ...timeFaults(form, now)];
}

function timeFaults(form: NeedlingForm, now: Date): Fault[] {
  const start = at(form.day, form.start);
  const end = at(form.day, form.end);
  if (Number.isNaN(start.getTime()) || Number.isNaN(end.getTime())) return [{ code: "time" }];
  if (end <= start) return [{ code: "end-before-start" }];
  return end.getTime() > now.getTime() + aheadMs ? [{ code: "future" }] : [];
}

/** The request's body. Only for a form without faults. */
export function entryOf(form: NeedlingForm): NeedlingEntry {
  const needled = form.decision !== "do-not-needle";
  return {
    startedAt: at(form.day, form.start).toISOString(),
    endedAt: at(form.day, form.end).toISOString(),
    muscles: needled ? form.sites.map((site) => ({ ...site, side: site.side as Side })) : [],
    screen: { present: [...form.present], decision: form.decision, reason: form.reason.trim() },
    coInterventions: [...form.coInterventions],
    painBefore: scoreOf(form.painBefore) ?? null,
    painAfter: scoreOf(form.painAfter) ?? null,
    note: form.note.trim(),
  };
}

/** A score as typed: null when left empty, undefined when it is not a whole number from 0 to 10. */
export function scoreOf(typed: string): number | null | undefined {
  if (!typed.trim()) return null;
  return /^\s*(\d|10)\s*$/.test(typed) ? Number(typed) : undefined;
}

/** A wall time of this desk as an instant. */
function at(day: string, time: string): Date {
  return new Date(`${day}T${time}:00`);
}

function timeOf(at: Date): string {
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}
