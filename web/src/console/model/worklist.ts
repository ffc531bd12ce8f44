/** The worklist: what is asked of the server, and the pain line of a row day by day. */

import { addDays } from "../../core/dates";
import type { Need, NeedGroup, Order, WorklistRow } from "../wire";

export const orders: readonly Order[] = ["need", "name", "pain", "needling"];
export const groups: readonly NeedGroup[] = ["red-flag", "worsening", "answer", "silent", "other"];
/** Rows that are read at first, and added by each "show more". */
export const PAGE = 50;
/** The server's limit of one answer. */
const MOST = 500;

/** `any`: every patient who needs a human. */
export type Filter = NeedGroup | "any" | undefined;
export type Wanted = { group: Filter; order: Order; most: number };

/** The sections of the list in the order of need; a section follows from the first reason of a row. */
export const sections = ["now", "today", "next", "later", "nothing"] as const;
export type Section = (typeof sections)[number];

/** Needs that an alert is behind. */
const alertNeeds: readonly Need[] = [
  "alert-critical",
  "alert-high",
  "warning-sign",
  "worsening",
  "lasting-soreness",
  "silent",
  "alert-normal",
  "alert-low",
];

const sectionOf: Partial<Record<Need, Section>> = {
  "alert-critical": "now",
  "alert-high": "today",
  "not-reached": "today",
  "alert-low": "later",
};

/** The rows by section, in their order. Sections without rows are left out. */
export function bySection(rows: readonly WorklistRow[]): { section: Section; rows: WorklistRow[] }[] {
  const found = new Map<Section, WorklistRow[]>(sections.map((section) => [section, []]));
  for (const row of rows) found.get(sectionFor(row))?.push(row);
  return [...found].filter(([, some]) => some.length > 0).map(([section, some]) => ({ section, rows: some }));
}

function sectionFor({ reasons }: WorklistRow): Section {
  const [first] = reasons;
  return first ? (sectionOf[first.need] ?? "next") : "nothing";
}

/** The alert behind the first reason of a row, or the good news of one without a reason. */
export function leadingAlert({ reasons, alerts }: WorklistRow): WorklistRow["alerts"][number] | undefined {
  const [first] = reasons;
  if (!first) return alerts.find(({ severity }) => severity === "positive");
  return alertNeeds.includes(first.need) ? alerts.find(({ since }) => since === first.since) : undefined;
}

/** The request for the list, without a group where none is chosen. */
export function wantedOf({ group, order, most }: Wanted): { group?: NonNullable<Filter>; order: Order; most: number } {
  return { order, most: Math.min(most, MOST), ...(group ? { group } : {}) };
}

/** Whether the server has rows beyond those that are shown; after the limit of one answer, searching finds the rest. */
export function hasMore(shown: number, found: number): boolean {
  return shown < Math.min(found, MOST);
}

/** The days of the pain line: the last fourteen until the day that adherence looks at last, and the day after it, today. */
export function painDays(row: WorklistRow): (number | null)[] {
  const scores = new Map(row.pain.map(({ day, painNow }) => [day, painNow]));
  const today = addDays(row.adherence.last, 1);
  return Array.from({ length: 14 }, (_, at) => scores.get(addDays(today, at - 13)) ?? null);
}
