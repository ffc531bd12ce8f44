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
  sets: number | null;
  reps: number | null;
  holdS: number | null;
  restS: number | null;
  durationS: number | null;
  side: Side | null;
  perSide: boolean;
  load: string | null;
  timesPerDay: number;
  weekdays: number;
};

export type Tiny = { sets: number | null; reps: number | null; durationS: number | null; text: Text };

export type Reason = { code: string; [input: string]: unknown };

export type ItemKind = "exercise" | "activity" | "education";

export type TodayItem = {
  prescriptionId: string;
  slug: string;
  kind: ItemKind;
  dosage: Dosage | null;
  tiny: Tiny | null;
  timesDue: number;
  reasons: Reason[];
  held: boolean;
  draft: boolean;
  note: Text | null;
  position: number;
};

/** A stretch of time during which what is on does not change. */
export type Segment = {
  from: Instant;
  until: Instant;
  day: Day;
  phase: { slug: string; title: Text; intent: Text } | null;
  hoursSinceNeedling: number | null;
  aftercarePhase: string | null;
  items: TodayItem[];
};

export type Outcome = "completed" | "partly" | "tiny" | "skipped";

export type ExerciseLogEntry = {
  prescriptionId: string;
  day: Day;
  occurredAt: Instant;
  timeZone: string;
  outcome: Outcome;
  skipReason?: string;
  setsDone?: number;
  repsDone?: number;
  secondsDone?: number;
  painDuring?: number;
  effort?: number;
  stopped: boolean;
};

export type ExerciseLog = ExerciseLogEntry & { id: string };

export type LibraryItem = {
  slug: string;
  title: Text;
  [field: string]: unknown;
};

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
  painAverage24h?: number;
  soreness?: number;
  regions: BodyRegion[];
  interference?: number;
  sleep?: string;
  note?: string;
  anythingNew: boolean;
  safetyYes: string[];
  instrumentVersion: string;
};

export type CheckIn = CheckInEntry & { day: Day };

export type SafetyAnswers = { id: string; answeredAt: Instant; timeZone: string; safetyYes: string[] };

export type ReminderKind = "checkin" | "exercise" | "activity";

export type ReminderEntry = {
  kind: ReminderKind;
  weekdays: number;
  wallTime: WallTime;
  zonePolicy: "home" | "phone";
  enabled: boolean;
  secondChanceMinutes?: number;
};

export type Reminder = ReminderEntry & { id: string };

export type Device = { id: string; platform: string; createdAt: Instant };
