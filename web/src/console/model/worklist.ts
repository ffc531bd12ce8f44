/** The worklist: what is asked of the server, and the pain line of a row day by day. */

import { addDays } from "../../core/dates";
import type { NeedGroup, Order, WorklistRow } from "../wire";

export const orders: readonly Order[] = ["need", "name", "pain", "needling"];
export const groups: readonly NeedGroup[] = ["red-flag", "worsening", "answer", "silent", "other"];
/** Rows that are read at first, and added by each "show more". */
export const PAGE = 50;
/** The server's limit of one answer. */
const MOST = 500;

export type Wanted = { search: string; group: NeedGroup | undefined; order: Order; most: number };

/** The parameters of the request. */
export function queryOf({ search, group, order, most }: Wanted): Record<string, string> {
  return { search: search.trim(), order, most: String(Math.min(most, MOST)), ...(group ? { group } : {}) };
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
