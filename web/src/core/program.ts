/** The prescribed items from now on, by day: read from the segments that the server computed for two weeks ahead. */

import type { LibraryItem, Plan, Segment, TodayItem } from "./api";
import type { Day } from "./dates";
import { segmentAt } from "./today";

export type PrescribedItem = TodayItem & { content: LibraryItem };

/** The items that are on from one instant to another. */
export type ProgramPart = Pick<Segment, "from" | "until" | "phaseTitle" | "reasons"> & { items: PrescribedItem[] };

/** Days after each other on which the same is on; a day on which that changes has several parts. */
export type ProgramDays = { first: Day; last: Day; parts: ProgramPart[] };

/** The program from the segment that is on now; topics to read are not part of it. */
export function programAhead(plan: Plan, now: Date): ProgramDays[] {
  const days: ProgramDays[] = [];
  for (const segment of segmentsAhead(plan, now)) {
    const { from, until, day, phaseTitle, reasons } = segment;
    const items = itemsIn(plan, segment).filter(({ kind }) => kind !== "education");
    const part = { from, until, phaseTitle, reasons, items };
    const present = days.at(-1);
    const before = present?.parts.at(-1);
    if (present?.last !== day) days.push({ first: day, last: day, parts: [part] });
    else if (before && shown(before) === shown(part)) before.until = until;
    else present.parts.push(part);
  }
  return days.reduce<ProgramDays[]>((found, next) => {
    const before = found.at(-1);
    const alike = before?.parts.length === 1 && next.parts.length === 1;
    if (alike && shown(before.parts[0]!) === shown(next.parts[0]!)) before.last = next.last;
    else found.push(next);
    return found;
  }, []);
}

/** The next day after the present one on which an exercise is due. */
export function nextDay(plan: Plan, now: Date): Day | undefined {
  const [present, ...ahead] = segmentsAhead(plan, now);
  return ahead.find(
    ({ day, items }) => day !== present?.day && items.some(({ kind, timesDue }) => kind === "exercise" && timesDue > 0),
  )?.day;
}

/** An item that is not on now, as it is the next time. */
export function itemAhead(plan: Plan, now: Date, id: string): { item: PrescribedItem; day: Day } | undefined {
  for (const segment of segmentsAhead(plan, now)) {
    const item = itemsIn(plan, segment).find(({ prescriptionId }) => prescriptionId === id);
    if (item) return { item, day: segment.day };
  }
  return undefined;
}

/** Each exercise of the days ahead once, as it is the next time. */
export function exercisesAhead(plan: Plan, now: Date): PrescribedItem[] {
  const items = segmentsAhead(plan, now).flatMap((segment) => itemsIn(plan, segment));
  const first = new Map<string, PrescribedItem>();
  for (const item of items) if (item.kind === "exercise" && !first.has(item.slug)) first.set(item.slug, item);
  return [...first.values()];
}

function segmentsAhead(plan: Plan, now: Date): Segment[] {
  const present = segmentAt(plan, now);
  return present ? plan.segments.slice(plan.segments.indexOf(present)) : [];
}

function itemsIn(plan: Plan, { items }: Segment): PrescribedItem[] {
  return [...items]
    .sort((a, b) => a.position - b.position)
    .flatMap((item) => {
      const content = plan.items[item.slug];
      return content ? [{ ...item, content }] : [];
    });
}

/** The shown content of a part, to be compared with another. */
function shown({ phaseTitle, reasons, items }: ProgramPart): string {
  const kept = items.map(({ slug, dosage, side, held, optional }) => ({ slug, dosage, side, held, optional }));
  return JSON.stringify([phaseTitle, reasons.map(({ code }) => code), kept]);
}
