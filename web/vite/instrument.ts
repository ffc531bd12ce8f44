/**
 * Compiles the parts of the content library that must exist without a server - the questions, the safety screen, the
 * aftercare cards, the notices - into modules: `instrument/checkin`, `instrument/safety`, `instrument/first/en` …
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";
import { parse } from "yaml";

const data = fileURLToPath(new URL("../../src/homeplan/library/data/", import.meta.url));
const prefix = "instrument/";

/** The parts of checkin.yaml and library.yaml that are read; the library's own loader checks the whole files. */
type CheckIn = {
  meta: { version: string };
  items: {
    id: string;
    text: unknown;
    text_past?: unknown;
    help: unknown;
    anchors?: { 0: unknown; 10: unknown };
    options: unknown;
    skip_reasons: unknown;
  }[];
  body_regions: { slug: string; title: unknown; lateral: boolean }[];
  safety_screen: {
    intro: unknown;
    items: { id: string; level: string; needling_only: boolean; text: unknown }[];
    level_effects: Record<string, { pause: boolean; card: string; calls: string[] }>;
    actions: Record<string, { headline: unknown; body: unknown }>;
  };
  answers_sent: { text: unknown };
  aftercare: { phase: string; title: unknown; expect: unknown; do: unknown; avoid: unknown }[];
  disclaimers: Record<"general" | "not_monitored", { text: unknown }>;
};
type Library = { global_rules: { stop_rules: unknown; traffic_light: unknown } };

type Outcomes = {
  after_needling: Record<"intro" | "signs" | "question" | "severity_question" | "thanks" | "expect", unknown>;
  events: { id: string; text: unknown; opens?: string; free_text?: boolean }[];
  severities: { id: string; text: unknown }[];
  instruments: {
    id: string;
    intro?: unknown;
    question: unknown;
    anchors: Record<string, unknown>;
    min: number;
    max: number;
    max_activities?: number;
  }[];
};

/** Per module: its constants, cut down to what a phone needs. */
const modules: Record<string, (checkin: CheckIn, library: Library, outcomes: Outcomes) => Record<string, unknown>> = {
  "first/en": (checkin) => ({ default: inLanguage("en", firstScreen(checkin)) }),
  "first/es": (checkin) => ({ default: inLanguage("es", firstScreen(checkin)) }),
  levels: (checkin) => ({
    levels: Object.fromEntries(checkin.safety_screen.items.map(({ id, level }) => [id, level])),
    effects: Object.fromEntries(
      Object.entries(checkin.safety_screen.level_effects).map(([level, { pause, card, calls }]) => [
        level,
        { pause, card, calls },
      ]),
    ),
  }),
  checkin: (checkin) => ({
    version: checkin.meta.version,
    questions: Object.fromEntries(
      checkin.items
        .filter(({ id }) => id !== "regions")
        .map(({ id, text, help, anchors, options }) => [id, { text, help, anchors, options }]),
    ),
  }),
  /** The questions about a day that is over, where they differ. */
  past: (checkin) => ({
    past: Object.fromEntries(checkin.items.map(({ id, text_past }) => [id, text_past]).filter(([, words]) => words)),
  }),
  regions: (checkin) => ({
    where: question(checkin, "regions").text,
    regions: checkin.body_regions.map(({ slug, title, lateral }) => ({ slug, title, lateral })),
  }),
  safety: (checkin) => ({
    version: checkin.meta.version,
    intro: checkin.safety_screen.intro,
    signs: checkin.safety_screen.items.map(({ id, level, needling_only, text }) => ({
      id,
      level,
      afterNeedling: needling_only,
      text,
    })),
  }),
  /** The aftercare cards by phase. */
  aftercare: (checkin) => ({
    aftercare: Object.fromEntries(
      checkin.aftercare.map(({ phase, title, expect, do: advised, avoid }) => [
        phase,
        { title, expect, do: advised, avoid },
      ]),
    ),
  }),
  answered: (checkin) => ({ answersSent: checkin.answers_sent.text }),
  /** Words of the cards after needling and about activities. */
  outcomes: (_checkin, _library, { after_needling, events, severities, instruments }) => ({
    afterNeedling: {
      intro: after_needling.intro,
      signs: after_needling.signs,
      question: after_needling.question,
      severityQuestion: after_needling.severity_question,
      thanks: after_needling.thanks,
      expect: after_needling.expect,
    },
    events: events.map(({ id, text, opens, free_text }) => ({ id, text, opens, freeText: free_text })),
    severities: severities.map(({ id, text }) => ({ id, text })),
    instruments: Object.fromEntries(
      instruments.map(({ id, intro, question, anchors, min, max, max_activities }) => [
        id,
        { intro, question, anchors, min, max, maxActivities: max_activities },
      ]),
    ),
  }),
  notices: (checkin) => ({
    general: checkin.disclaimers.general.text,
    notMonitored: checkin.disclaimers.not_monitored.text,
  }),
  exercise: (checkin, library) => ({
    skipReasons: question(checkin, "exercises_done").skip_reasons,
    stopRules: library.global_rules.stop_rules,
    trafficLight: library.global_rules.traffic_light,
  }),
};

export function instrument(): Plugin {
  return {
    name: "homeplan:instrument",
    watchChange: () => parsed.clear(),
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const constants = modules[id.slice(prefix.length + 1)];
      if (!constants) return undefined;
      for (const file of ["checkin.yaml", "library.yaml", "outcomes.yaml"]) this.addWatchFile(data + file);
      const files = [read("checkin.yaml"), read("library.yaml"), read("outcomes.yaml")] as [CheckIn, Library, Outcomes];
      return Object.entries(constants(...files))
        .map(([name, value]) => `export ${name === "default" ? name : `const ${name} =`} ${JSON.stringify(value)};`)
        .join("\n");
    },
  };
}

/** The question that the first screen asks, the titles of the aftercare cards by phase, and the cards of warning signs. */
function firstScreen(checkin: CheckIn): Record<string, unknown> {
  const { text, anchors } = question(checkin, "pain_now");
  const { items, actions } = checkin.safety_screen;
  return {
    painNow: text,
    noPain: anchors![0],
    worstPain: anchors![10],
    aftercare: Object.fromEntries(checkin.aftercare.map(({ phase, title }) => [phase, title])),
    actions: Object.fromEntries(
      Object.entries(actions).map(([level, { headline, body }]) => [level, { headline, body }]),
    ),
    signs: Object.fromEntries(items.map((item) => [item.id, item.text])),
    notMonitored: checkin.disclaimers.not_monitored.text,
  };
}

/** The value with each text in one language only. */
function inLanguage(language: "en" | "es", value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if ("en" in value && "es" in value) return value[language];
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inLanguage(language, each)]));
}

function question({ items }: CheckIn, id: string): CheckIn["items"][number] {
  return items.find((item) => item.id === id)!;
}

/** Each file is parsed once, until one of them changes. */
const parsed = new Map<string, unknown>();

function read(file: string): unknown {
  const known: unknown = parsed.get(file) ?? parse(readFileSync(data + file, "utf8"));
  parsed.set(file, known);
  return known;
}
