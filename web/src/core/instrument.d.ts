/** The modules that vite/instrument.ts compiles from the content library. */

declare module "instrument/checkin" {
  type Text = import("./i18n").Text;

  export type Question = {
    text: Text;
    help?: Text;
    anchors?: { "0": Text; "10": Text };
    options?: { value: Sleep; title: Text }[];
  };
  export type Sleep = "good" | "some" | "poor";
  type QuestionId =
    "pain_now" | "pain_worst_24h" | "pain_avg_24h" | "soreness" | "interference" | "sleep" | "note" | "safety_gate";

  /** The instrument's version; it travels with every answer. */
  export const version: string;
  export const questions: Record<QuestionId, Question>;
}

declare module "instrument/past" {
  type Text = import("./i18n").Text;

  /** The questions about a day that is over, by their id. */
  export const past: Record<"pain_now" | "pain_worst_24h" | "soreness" | "regions" | "interference" | "sleep", Text>;
}

declare module "instrument/regions" {
  type Text = import("./i18n").Text;

  /** The question. */
  export const where: Text;
  export const regions: { slug: string; title: Text; lateral: boolean }[];
}

/** Texts of the first screen in one language. */
declare module "instrument/first/*" {
  const words: {
    painNow: string;
    noPain: string;
    worstPain: string;
    /** The titles of the aftercare cards by phase, p0 to p3. */
    aftercare: Record<string, string>;
    /** The instruction after a warning sign, by its level. */
    actions: Record<import("instrument/levels").Level, { headline: string; body: string }>;
    /** The warning signs by id. */
    signs: Record<string, string>;
    notMonitored: string;
  };
  export default words;
}

declare module "instrument/aftercare" {
  type Text = import("./i18n").Text;
  type Lines = Record<import("./i18n").Language, string[]>;

  /** The aftercare cards by phase, p0 to p3. */
  export const aftercare: Record<string, { title: Text; expect: Text; do: Lines; avoid: Lines }>;
}

declare module "instrument/levels" {
  export type Level = "emergency" | "urgent" | "soon";

  /** The urgency of each sign of the safety screen, by its id. */
  export const levels: Record<string, Level>;

  /** `calls`: the numbers that a card offers, in order. */
  type Effect = { pause: boolean; card: "red" | "amber" | "plain"; calls: ("emergency" | "clinic")[] };
  /** The consequences of each level. */
  export const effects: Record<Level, Effect>;
}

declare module "instrument/safety" {
  import type { Level } from "instrument/levels";
  type Text = import("./i18n").Text;

  export type Sign = { id: string; level: Level; afterNeedling: boolean; text: Text };

  export const version: string;
  export const intro: Text;
  export const signs: Sign[];
}

declare module "instrument/answered" {
  type Text = import("./i18n").Text;

  /** The text that a patient reads after answering; never a reassurance. */
  export const answersSent: Text;
}

declare module "instrument/outcomes" {
  type Text = import("./i18n").Text;
  type EventId = import("./api").AfterNeedlingEntry["events"] extends readonly (infer E)[] | undefined
    ? E extends { event: infer Id }
      ? Id
      : never
    : never;
  export type Severity = "mild" | "moderate" | "severe";

  export const afterNeedling: Record<"intro" | "signs" | "question" | "severityQuestion" | "thanks" | "expect", Text>;
  export const events: { id: EventId; text: Text; opens?: "safety"; freeText?: boolean }[];
  export const severities: { id: Severity; text: Text }[];
  export const instruments: Record<
    "psfs" | "groc" | "weekly",
    {
      intro?: Text;
      question: Text;
      anchors: Record<string, Text>;
      min: number;
      max: number;
      maxActivities?: number;
    }
  >;
}

declare module "instrument/notices" {
  type Text = import("./i18n").Text;

  export const general: Text;
  export const notMonitored: Text;
}

declare module "instrument/exercise" {
  type Text = import("./i18n").Text;

  export type SkipReason = "pain" | "tired" | "time" | "forgot" | "unsure" | "better";

  export const skipReasons: { value: SkipReason; title: Text }[];
  export const stopRules: { en: string[]; es: string[] };
  /** The meaning of a pain score during an exercise for today; bounds are included. */
  export const trafficLight: { color: "green" | "amber" | "red"; min: number; max: number; text: Text }[];
}
