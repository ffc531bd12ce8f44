/** The needling form: what is typed, what is still missing, and the check and the entry that are sent. */

import { localDay } from "../../core/dates";
import type {
  CheckEntry,
  CoIntervention,
  Decision,
  NeedlingEntry,
  NeedlingFinding,
  NeedlingPreview,
  NeedlingRules,
  NeedlingSession,
  Prefilled,
  ScreenAnswer,
  ScreenItem,
  Technique,
} from "../wire";
import type { Side } from "./sites";

export type Site = { muscle: string; side: Side | null; technique: Technique; twitch: boolean | null };
export type Answers = Record<string, ScreenAnswer>;

export type NeedlingForm = {
  day: string;
  /** Wall times of this desk, "10:30". */
  start: string;
  end: string;
  sites: Site[];
  /** By item; an item that is not there was not answered. */
  answers: Answers;
  /** As chosen; null: not chosen, see `decisionOf`. */
  decision: Decision | null;
  reason: string;
  /** The stored pre-session check. */
  checkId: string | null;
  /** The reason why a session that a rule stops did take place; null when it is not recorded as such. */
  despiteStop: string | null;
  coInterventions: CoIntervention[];
  painBefore: string;
  painAfter: string;
  note: string;
};

/** The faults that keep the form from being saved; `at` numbers the site. */
export type Fault =
  | { readonly code: "no-reason" | "adapted" | "stop" | "undecided" | "despite" | "no-sites" }
  | { readonly code: "end-before-start" | "time" | "future" | "twice" }
  | { readonly code: "not-asked"; readonly count: number }
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
    answers: {},
    decision: null,
    reason: "",
    checkId: null,
    despiteStop: null,
    coInterventions: [],
    painBefore: "",
    painAfter: "",
    note: "",
  };
}

/** The form of a session that is corrected. */
export function formOf(session: NeedlingSession): NeedlingForm {
  const score = (value: number | null | undefined) => (value === null || value === undefined ? "" : String(value));
  return {
    day: localDay(new Date(session.endedAt)),
    start: timeOf(new Date(session.startedAt)),
    end: timeOf(new Date(session.endedAt)),
    sites: session.muscles.map((site) => ({
      muscle: site.muscle,
      side: site.side === "middle" ? null : site.side,
      technique: site.technique,
      twitch: site.twitch ?? null,
    })),
    answers: { ...session.screen.answers },
    decision: session.screen.decision,
    reason: session.screen.reason ?? "",
    checkId: session.checkId ?? null,
    despiteStop: session.despiteStop ?? null,
    coInterventions: [...(session.coInterventions ?? [])],
    painBefore: score(session.painBefore),
    painAfter: score(session.painAfter),
    note: session.note ?? "",
  };
}

/** A corrected entry keeps of the session what the form does not show: seconds of unchanged times, and who asked. */
export function amendmentOf(entry: NeedlingEntry, form: NeedlingForm, session: NeedlingSession): NeedlingEntry {
  const before = formOf(session);
  const { askedBy, present } = session.screen;
  const kept = (field: "start" | "end") => form.day === before.day && form[field] === before[field];
  return {
    ...entry,
    ...(kept("start") && { startedAt: session.startedAt }),
    ...(kept("end") && { endedAt: session.endedAt }),
    screen: { ...entry.screen, askedBy: askedBy ?? null, present: present ?? [] },
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
    sites: session.muscles.map((site) => ({ ...site, side: site.side === "middle" ? null : site.side, twitch: null })),
    coInterventions: [...session.coInterventions],
  };
}

// --- the screen ---

/** The answer with its detail, as soon as it is complete enough to be judged. */
export function answer(to: "yes" | "no" | "not-known", detail: Partial<ScreenAnswer> = {}): ScreenAnswer {
  return { answer: to, atSite: null, trimester: null, ...detail };
}

/** Whether the item has an answer, and a yes about a site says whether it is at the needled one. */
export function isAnswered(item: ScreenItem, answers: Answers): boolean {
  const given = answers[item.slug];
  return given !== undefined && !(item.asks === "site" && given.answer === "yes" && given.atSite === null);
}

/** No to every open item of the group, but not to what the patient said: that is asked one by one. */
export function allNo(
  group: string,
  screen: readonly ScreenItem[],
  answers: Answers,
  prefilled: readonly Prefilled[],
): Answers {
  const open = screen.filter(
    ({ slug, group: of }) => of === group && !answers[slug] && !prefilled.some(({ item }) => item === slug),
  );
  return { ...answers, ...Object.fromEntries(open.map(({ slug }) => [slug, answer("no")])) };
}

export function letters(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0;
}

/** The worst effect among the findings. */
export function worst(findings: readonly NeedlingFinding[]): NeedlingFinding["effect"] | null {
  return (["stop", "override", "note"] as const).find((one) => findings.some(({ effect }) => effect === one)) ?? null;
}

/** The decision: as chosen, or to go ahead once every item has an answer and no rule stops it. Null: nothing yet. */
export function decisionOf(form: NeedlingForm, preview: NeedlingPreview | undefined): Decision | null {
  if (form.decision) return form.decision;
  if (preview && isDespite(form, preview)) return "go-ahead";
  return preview && preview.outcome !== "stop" ? "go-ahead" : null;
}

/** Whether the session is recorded as one that took place although a rule stops it. */
function isDespite(form: NeedlingForm, preview: NeedlingPreview | undefined): boolean {
  return form.despiteStop !== null && form.decision !== "do-not-needle" && worst(preview?.findings ?? []) === "stop";
}

/** The decision as chosen before a rule said stop is asked for again, unless it was not to needle. */
export function decisionAfter(
  form: NeedlingForm,
  before: NeedlingPreview | undefined,
  now: NeedlingPreview,
): Decision | null {
  const begins = worst(now.findings) === "stop" && worst(before?.findings ?? []) !== "stop";
  return begins && form.decision !== "do-not-needle" ? null : form.decision;
}

/** The question to the server while the form is filled in: whether it may go ahead with the answers so far and the
 * muscles that have a side. */
export function checkOf(form: NeedlingForm): CheckEntry {
  const sites = form.decision === "do-not-needle" ? [] : form.sites.filter(({ side }) => side !== null);
  return {
    muscles: sites.map((site) => ({ ...site, side: site.side as Side })),
    screen: screenOf(form, form.decision ?? "go-ahead"),
  };
}

// --- what is missing ---

export function faultsOf(
  form: NeedlingForm,
  rules: NeedlingRules,
  preview: NeedlingPreview | undefined,
  now: Date,
): Fault[] {
  const found: Fault[] = [];
  const needled = form.decision !== "do-not-needle";
  if (needled) found.push(...screenFaults(form, rules, preview));
  if (needled && !form.sites.length) found.push({ code: "no-sites" });
  form.sites.forEach((site, at) => {
    if (needled && site.side === null) found.push({ code: "side", at });
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

function screenFaults(form: NeedlingForm, rules: NeedlingRules, preview: NeedlingPreview | undefined): Fault[] {
  const least = rules.record.reasonLetters;
  const count = rules.screen.filter((item) => !isAnswered(item, form.answers)).length;
  const open: Fault[] = count ? [{ code: "not-asked", count }] : [];
  const effect = worst(preview?.findings ?? []);
  if (effect === "stop" && form.despiteStop !== null) {
    return letters(form.despiteStop) < least ? [...open, { code: "despite" }] : open;
  }
  if (effect === "stop") return [...open, { code: "stop" }];
  if (!count && decisionOf(form, preview) === null) return [{ code: "undecided" }];
  if (effect === "override" && letters(form.reason) < least) return [...open, { code: "no-reason" }];
  return form.decision === "adapt" && !form.reason.trim() ? [...open, { code: "adapted" }] : open;
}

function timeFaults(form: NeedlingForm, now: Date): Fault[] {
  const start = at(form.day, form.start);
  const end = at(form.day, form.end);
  if (Number.isNaN(start.getTime()) || Number.isNaN(end.getTime())) return [{ code: "time" }];
  if (end <= start) return [{ code: "end-before-start" }];
  return end.getTime() > now.getTime() + aheadMs ? [{ code: "future" }] : [];
}

// --- what is sent ---

/** The request's body. Only for a form without faults. */
export function entryOf(form: NeedlingForm, preview: NeedlingPreview | undefined): NeedlingEntry {
  const needled = form.decision !== "do-not-needle";
  return {
    startedAt: at(form.day, form.start).toISOString(),
    endedAt: at(form.day, form.end).toISOString(),
    muscles: needled ? form.sites.map((site) => ({ ...site, side: site.side as Side })) : [],
    screen: screenOf(form, decisionOf(form, preview) ?? "go-ahead"),
    coInterventions: [...form.coInterventions],
    painBefore: scoreOf(form.painBefore) ?? null,
    painAfter: scoreOf(form.painAfter) ?? null,
    note: form.note.trim(),
    checkId: form.checkId,
    despiteStop: isDespite(form, preview) ? (form.despiteStop?.trim() ?? null) : null,
  };
}

function screenOf(form: NeedlingForm, decision: Decision): NeedlingEntry["screen"] {
  return {
    answers: { ...form.answers },
    askedBy: null,
    decision,
    reason: form.reason.trim(),
    present: [],
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

export function timeOf(at: Date): string {
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}
