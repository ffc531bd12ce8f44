/** What the server's API carries for a patient's phone, named as in docs/glossary.md. */

import type { Day } from "./dates";
import type { Language, Text } from "./i18n";

/** RFC 3339 with offset. */
export type Instant = string;
/** "08:30:00". */
export type WallTime = string;
export type Side = "left" | "right" | "both" | "middle";

export type Me = {
  patient: {
    id: string;
    givenName: string;
    familyName: string;
    language: Language;
    timeZone: string;
    birthYear: number | null;
  };
  clinic: { id: string; name: string; phone: string; emergencyNumber: string; draftsAllowed: boolean };
  therapistName: string | null;
  storeEpoch: string;
  serverTime: Instant;
};

export type InvitationPreview = { clinicName: string; givenName: string; language: Language };

export type Dosage = {
  sets: number;
  /** Exactly one of `reps` and `durationS` is given, per set. */
  reps: number | null;
  durationS: number | null;
  holdS: number;
  restS: number;
  perSide: boolean;
  load: string | null;
  timesPerDay: number;
  weekdays: number;
};

export type TinyDose = { sets: number; reps: number | null; durationS: number | null; text: Text };

export type ReasonCode =
  | "after-needling"
  | "plan-phase"
  | "topic-of-the-day"
  | "dose-reduced"
  | "held-needled-muscle"
  | "no-program"
  | "not-started"
  | "discharged"
  | "rest-day"
  | "nothing-in-phase"
  | "awaiting-review";

export type Reason = {
  code: ReasonCode;
  phase?: string;
  until?: Instant;
  factor?: number;
  muscles?: string[];
  slugs?: string[];
};

export type ItemKind = "exercise" | "activity" | "education";

export type TodayItem = {
  prescriptionId: string;
  slug: string;
  kind: ItemKind;
  version: number;
  dosage: Dosage | null;
  tiny: TinyDose | null;
  side: "left" | "right" | null;
  timesDue: number;
  held: boolean;
  draft: boolean;
  note: Text | null;
  position: number;
  reasons: Reason[];
};

/** A stretch of time during which what is on does not change. */
export type Segment = {
  from: Instant;
  until: Instant;
  day: Day;
  revision: number | null;
  phase: string | null;
  phaseTitle: Text | null;
  /** At `from`. */
  hoursSinceNeedling: number | null;
  aftercarePhase: string | null;
  reasons: Reason[];
  items: TodayItem[];
};

export type Outcome = "completed" | "partly" | "tiny" | "skipped";

export type ExerciseLogEntry = {
  prescriptionId: string;
  day: Day;
  occurredAt: Instant;
  timeZone: string;
  outcome: Outcome;
  skipReason?: string | null;
  setsDone?: number | null;
  repsDone?: number | null;
  secondsDone?: number | null;
  painDuring?: number | null;
  effort?: number | null;
  stopped: boolean;
};

export type ExerciseLog = ExerciseLogEntry & {
  id: string;
  kind: ItemKind;
  slug: string;
  revision: number;
  counts: boolean;
};

type Lines = { en: string[]; es: string[] };

export type Exercise = {
  kind: "exercise";
  slug: string;
  title: Text;
  category: string;
  position: string;
  equipment: string[];
  easier: string | null;
  harder: string | null;
  tiny: TinyDose;
  steps: Lines;
  feel: Text;
  why: Text;
  cautions: Lines;
};

export type Activity = {
  kind: "activity";
  slug: string;
  title: Text;
  anchor: Text;
  tiny: Text;
  steps: Lines;
  why: Text;
  cautions: Lines;
};

export type Education = {
  kind: "education";
  slug: string;
  title: Text;
  summary: Text;
  body: Lines;
  keyPoint: Text;
  action: Text;
};

export type LibraryItem = Exercise | Activity | Education;

export type Plan = {
  revision: { number: number; effectiveFrom: Instant; changeSummary: Text; author: string } | null;
  goal: string | null;
  segments: Segment[];
  items: Record<string, LibraryItem>;
  logs: ExerciseLog[];
};

export type BodyRegion = { slug: string; side: Side };

export type CheckInEntry = {
  clientEventId: string;
  answeredAt: Instant;
  timeZone: string;
  painNow: number;
  painWorst24h: number;
  painAverage24h?: number | null;
  soreness?: number | null;
  regions?: BodyRegion[] | null;
  interference?: number | null;
  sleep?: string | null;
  note?: string | null;
  anythingNew: boolean;
  safetyYes: string[];
  instrumentVersion: string;
};

export type CheckIn = CheckInEntry & {
  day: Day;
  receivedAt: Instant;
  safetyLevel: "emergency" | "urgent" | "soon" | null;
  sorenessExpected: boolean;
};

export type SafetyAnswerEntry = { id: string; answeredAt: Instant; timeZone: string; safetyYes: string[] };

/** Exercises wait until somebody of the clinic has spoken with the patient. */
export type ExercisePause = { id: string; since: Instant; reason: "emergency" | "urgent" };

export type ReminderKind = "checkin" | "exercise" | "activity";

export type ReminderEntry = {
  kind: ReminderKind;
  /** The sum of Monday 1, Tuesday 2, Wednesday 4 … Sunday 64. */
  weekdays: number;
  wallTime: WallTime;
  zonePolicy: "home" | "phone";
  enabled: boolean;
  secondChanceMinutes?: number | null;
};

export type Reminder = ReminderEntry & { id: string; nextDueAt: Instant | null; snoozedUntil: Instant | null };

export type ReminderSettings = {
  quietFrom: WallTime | null;
  quietUntil: WallTime | null;
  dailyCap: number;
  pausedUntil: Day | null;
};

export type Reminders = { reminders: Reminder[]; settings: ReminderSettings };

export type Device = {
  id: string;
  platform: "ios" | "android" | "desktop";
  language: Language;
  keyId: string;
  createdAt: Instant;
  endedAt: Instant | null;
};

export type Delivery = {
  id: string;
  status: "pending" | "leased" | "sent" | "gone" | "stale" | "superseded" | "failed";
  outcome: string | null;
  plannedAt: Instant;
  sentAt: Instant | null;
  acceptedAt: Instant | null;
  shownAt: Instant | null;
  openedAt: Instant | null;
};

/** A device on which the patient is signed in. */
export type Session = { id: string; label: string; createdAt: Instant; lastSeenAt: Instant; current: boolean };
