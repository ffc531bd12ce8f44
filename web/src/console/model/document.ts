/** Between what the server keeps and what the editor changes. */

import type { Draft, Phase, PlanEntry, Prescription, PrescriptionEntry, Revision, Text } from "../wire";
import type { Plan, Prescribed } from "./draft";

/** All that is edited before it is published. */
export type Document = {
  readonly plan: Plan;
  /** The items listed first in the 72 h after each needling; null: as before, at first the library's. */
  readonly overlay: readonly Prescribed[] | null;
  /** The therapist's own wording of what changed; null while the proposed one stands. */
  readonly summary: Text | null;
  /** A local day and time, "2026-03-02T08:00"; null: at once. */
  readonly effectiveFrom: string | null;
};

export function emptyDocument(phases: readonly Phase[]): Document {
  return { plan: { phases, items: [], noFloor: false }, overlay: null, summary: null, effectiveFrom: null };
}

export function ofRevision(revision: Revision): Document {
  const { phases, prescriptions, noFloor } = revision;
  const plan = { phases, items: prescriptions.map(prescribed), noFloor };
  return { plan, overlay: revision.overlay.map(prescribed), summary: null, effectiveFrom: null };
}

/** A plan without phases has the library's. */
export function ofEntry(entry: PlanEntry, phases: readonly Phase[], newId: () => string): Document {
  const items = (entries: readonly PrescriptionEntry[]) =>
    entries.map((one) => prescribed({ ...one, id: one.id ?? newId() }));
  return {
    plan: {
      phases: entry.phases.length ? entry.phases : phases,
      items: items(entry.prescriptions),
      noFloor: entry.noFloor,
    },
    overlay: entry.overlay && items(entry.overlay),
    summary: null,
    effectiveFrom: null,
  };
}

export function ofDraft(draft: Draft, phases: readonly Phase[], newId: () => string): Document {
  const { changeSummary, effectiveFrom } = draft;
  return {
    ...ofEntry(draft, phases, newId),
    summary: changeSummary,
    effectiveFrom: effectiveFrom && localTime(effectiveFrom),
  };
}

export function entryOf(document: Document): PlanEntry {
  return {
    phases: [...document.plan.phases],
    prescriptions: document.plan.items.map(prescriptionEntry),
    overlay: document.overlay && document.overlay.map(prescriptionEntry),
    noFloor: document.plan.noFloor ?? false,
  };
}

/** The wall time of this desk as an instant; null: at once. */
export function effectiveInstant(document: Document): string | null {
  return document.effectiveFrom && new Date(document.effectiveFrom).toISOString();
}

function localTime(instant: string): string {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function prescribed(from: Pick<Prescription, keyof Prescribed>): Prescribed {
  const { id, kind, slug, phases, dosage, tiny, side, note, bodyPosition } = from;
  return { id, kind, slug, phases, dosage, tiny, side, note, bodyPosition };
}

function prescriptionEntry(item: Prescribed): PrescriptionEntry {
  return { ...item, phases: [...item.phases], note: noteOf(item.note) };
}

/** A note without words is no note. */
function noteOf(note: Text | null): Text | null {
  if (!note) return null;
  const trimmed = { en: note.en.trim(), es: note.es.trim() };
  return trimmed.en || trimmed.es ? trimmed : null;
}
