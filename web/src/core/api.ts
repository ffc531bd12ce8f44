/**
 * What the server's API carries for a patient's phone. The shapes are generated from the server's own description:
 * openapi.json → `npm run types` → api.gen.ts. Here they get the names that the phone uses.
 */

import type { components } from "./api.gen";

type Schemas = components["schemas"];

/** What is sent: a field with a default may be left out. */
export type Body<Name extends keyof Schemas> = Schemas[Name];
/** What is answered: every field is there. */
export type Answer<Name extends keyof Schemas> = Filled<Schemas[Name]>;
type Filled<T> = T extends readonly (infer Item)[]
  ? Filled<Item>[]
  : T extends object
    ? { [Field in keyof T]-?: Filled<Exclude<T[Field], undefined>> }
    : T;

/** RFC 3339 with offset. */
export type Instant = string;
/** "08:30:00". */
export type WallTime = string;

export type Me = Answer<"Me">;
export type InvitationPreview = Answer<"Previewed">;
export type Session = Answer<"SignInSummary">;
export type PairingCode = Answer<"PairingCode">;

export type Plan = Answer<"Plan">;
export type Segment = Answer<"Segment">;
export type TodayItem = Answer<"TodayItem">;
export type ItemKind = TodayItem["kind"];
export type Dosage = Answer<"Dosage">;
export type TinyDose = Answer<"TinyDose">;
/** Of a reason the server leaves out what its code does not carry. */
export type Reason = Body<"TodayReason">;
export type LibraryItem = Plan["items"][string];
export type Exercise = Answer<"Exercise">;
export type RevisionSummary = Answer<"RevisionSummary">;

export type ExerciseLogEntry = Body<"ExerciseLogEntry">;
export type Outcome = ExerciseLogEntry["outcome"];
export type ExerciseLog = Answer<"ExerciseLog">;
export type ExercisePause = Answer<"ExercisePause">;

export type BodyRegion = Body<"Region">;
export type Side = BodyRegion["side"];
export type CheckInEntry = Body<"CheckInEntry">;
export type CheckIn = Answer<"CheckIn">;
export type SafetyAnswerEntry = Body<"SafetyAnswerEntry">;

export type ReminderEntry = Body<"ReminderEntry">;
export type ReminderKind = ReminderEntry["kind"];
export type Reminder = Answer<"Reminder">;
export type ReminderSettings = Answer<"ReminderSettings">;
export type Snooze = Body<"Snooze">;
export type Reminders = Answer<"Reminders">;

export type Progress = Answer<"Progress">;

export type PushKey = Answer<"PushKey">;
export type Device = Answer<"Device">;
export type Delivery = Answer<"Delivery">;
