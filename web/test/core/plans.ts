/** A plan with one exercise, for tests. */

import type { Dosage, Exercise, Plan, Segment, TodayItem } from "../../src/core/api";

export const text = { en: "Bridge", es: "Puente" };
export const lines = { en: [], es: [] };
export const dosage: Dosage = {
  ...{
    sets: 2,
    reps: 8,
    durationS: null,
    holdS: 0,
    restS: 0,
    perSide: false,
    load: null,
    timesPerDay: 2,
    weekdays: 127,
  },
};
export const tiny = { sets: 1, reps: 3, durationS: null, text };
export const bridge: Exercise = {
  ...{
    kind: "exercise",
    slug: "bridge",
    version: 1,
    title: text,
    category: "strength",
    loadType: "strengthens",
    position: "supine",
  },
  ...{ altPositions: [], equipment: [], chain: null, easier: null, harder: null, phaseFrom: "p3", cautionTags: [] },
  ...{ evidence: "convention", reviewBy: null, waitsFor: null, withoutFloor: null, picture: null, sources: [] },
  ...{
    targets: { primary: [], secondary: [] },
    dose: dosage,
    tiny,
    steps: lines,
    feel: text,
    why: text,
    cautions: lines,
  },
  doseRange: { sets: null, reps: null, durationS: null, holdS: null, timesPerDay: null },
};

export function item(changes: Partial<TodayItem> = {}): TodayItem {
  return {
    ...{ prescriptionId: "p1", slug: "bridge", kind: "exercise", version: 1, dosage, tiny, side: null, timesDue: 2 },
    ...{ held: false, optional: false, bodyPosition: "supine", draft: false, note: null, position: 0, reasons: [] },
    ...changes,
  };
}

export function segment(from: string, until: string, items: TodayItem[], day = from.slice(0, 10)): Segment {
  return {
    ...{ from, until, day, revision: 1, phase: "p3", phaseTitle: text, hoursSinceNeedling: 80, aftercarePhase: "p3" },
    ...{ reasons: [], items },
  };
}

export function plan(...segments: Segment[]): Plan {
  return {
    ...{ timeZone: "UTC", goal: null, revision: null, upcoming: null, needledAt: null },
    ...{ segments, keepDoing: [], items: { bridge }, logs: [], stage: "active" },
    ...{ aftercare: [], stopRules: lines, trafficLight: [] },
  };
}
