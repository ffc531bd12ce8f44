/** Changes of a draft against the published plan, for the line above the builder; the review asks the server. */

import type { Prescription, Revision } from "../wire";
import type { Document } from "./document";
import type { Prescribed } from "./draft";

export type Changed = { readonly code: "added" | "removed" | "changed"; readonly slug: string };

/** Each item once. Without a revision everything is new. */
export function changedItems(document: Document, revision: Revision | null): Changed[] {
  return [
    ...changedList(document.plan.items, revision?.prescriptions ?? []),
    ...changedList(document.overlay ?? revision?.overlay ?? [], revision?.overlay ?? document.overlay ?? []),
  ];
}

function changedList(
  now: readonly (Prescribed | Prescription)[],
  before: readonly Prescription[] | readonly Prescribed[],
): Changed[] {
  const old = new Map(before.map((item) => [item.id, item]));
  const kept = new Set(now.map(({ id }) => id));
  return [
    ...now.flatMap((item): Changed[] => {
      const was = old.get(item.id);
      if (!was) return [{ code: "added", slug: item.slug }];
      return contentOf(was) === contentOf(item) ? [] : [{ code: "changed", slug: item.slug }];
    }),
    ...[...before].filter(({ id }) => !kept.has(id)).map(({ slug }): Changed => ({ code: "removed", slug })),
  ];
}

/** All that a therapist sets of an item, as one text. */
function contentOf({ phases, dosage, tiny, side, note }: Prescribed | Prescription): string {
  return JSON.stringify([phases, dosage, tiny, side, note]);
}
