/** The patients list: searching it, ordering it, and its pain line day by day. */

import { addDays } from "../../core/dates";
import type { WorklistRow } from "../wire";
import { matches } from "./search";

export const orders = ["needs", "name", "pain", "adherence", "needling"] as const;
export type Order = (typeof orders)[number];

/** The rows that fit, ordered. "needs" keeps the server's order. What is unknown comes last. */
export function rowsFor(rows: readonly WorklistRow[], query: string, order: Order): WorklistRow[] {
  const found = rows.filter((row) => matches(query, row.givenName, row.familyName));
  const key = keys[order];
  return key ? found.sort((a, b) => key(a) - key(b) || byName(a, b)) : order === "name" ? found.sort(byName) : found;
}

const unknown = Number.MAX_SAFE_INTEGER;
const keys: Partial<Record<Order, (row: WorklistRow) => number>> = {
  pain: (row) => (row.lastCheckIn ? -row.lastCheckIn.painNow : unknown),
  adherence: (row) => row.adherence.share ?? unknown,
  needling: (row) => row.hoursSinceNeedling ?? unknown,
};

const collator = new Intl.Collator(["es", "en"]);

function byName(a: WorklistRow, b: WorklistRow): number {
  return collator.compare(a.familyName, b.familyName) || collator.compare(a.givenName, b.givenName);
}

/** The days of the pain line: the last fourteen until the day that adherence looks at last, and the day after it, today. */
export function painDays(row: WorklistRow): (number | null)[] {
  const scores = new Map(row.pain.map(({ day, painNow }) => [day, painNow]));
  const today = addDays(row.adherence.last, 1);
  return Array.from({ length: 14 }, (_, at) => scores.get(addDays(today, at - 13)) ?? null);
}
