/** The types of what this device keeps (db.ts), by store and key. */

import type {
  CheckIn,
  ClinicOpenings,
  ExerciseLog,
  ExercisePause,
  FollowUp,
  Me,
  MyOutcomes,
  MyVisits,
  OpenWarning,
  Plan,
  Progress,
  RecentNeedling,
  Reminders,
  Thread,
} from "./api";
import type { CheckInDraft } from "./checkin";
import type { Day } from "./dates";
import type { Row, SentRow } from "./entry";
import type { Language } from "./i18n";

/** Single values by their key. */
export interface Singles {
  me: Me;
  plan: KeptPlan;
  /** null: the server says that nothing is paused. */
  pause: ExercisePause | null;
  /** null: the server says that every warning sign has been acknowledged. */
  warning: OpenWarning | null;
  /** The needling of the last days, to be told in an emergency. */
  needling: RecentNeedling | null;
  /** The latest step of the clinic about the latest warning sign; null: the server says nothing of it. */
  followUp: FollowUp | null;
  visits: MyVisits;
  progress: Progress;
  /** Opening times of the clinic (hours.ts). */
  clinicHours: ClinicOpenings;
  /** Questions after needling and about activities. */
  outcomes: MyOutcomes;
  /** Messages with the care team. */
  thread: Thread;
  messageDraft: MessageDraft | undefined;
  reminders: Reminders;
  /** The language that was chosen on this phone. */
  language: Language;
  /** The choices of voice, text size and hand. */
  comfort: Comfort;
  lock: Lock;
  push: Armed;
  /** The person has answered whether this phone is to remind them. */
  remindersAsked: true;
  /** The zone that the server was told last. */
  reportedZone: string;
  /** Number of the newest revision whose news the person has seen. */
  seenRevision: number;
}

/** The values of each store. */
export interface Kept {
  /** Entries to send, in the order in which they were made. */
  outbox: { key: number; value: Row };
  /** Entries that the server confirmed, to send again after it was restored from an older backup. */
  sent: { key: string; value: SentRow };
  checkins: { key: Day; value: CheckIn };
  logs: { key: string; value: ExerciseLog };
  drafts: { key: string; value: CheckInDraft };
  single: { key: keyof Singles; value: Singles[keyof Singles] };
}

/** A message that is being written; `edits` is the id of the one that it replaces. */
export type MessageDraft = { words: string; edits?: string | undefined };

/** `tag`: the plan's ETag, by which the server says that it is unchanged. */
export type KeptPlan = { plan: Plan; fetchedAt: number; tag?: string | undefined };

/** The size of the text, the hand that holds the phone, and the voice in the player with its seconds per repetition. */
export type Comfort = { text: "normal" | "large" | "larger"; hand: "right" | "left"; voice: boolean; pace: number };

/** The device's own record of its push subscription. */
export type Armed = { deviceId: string; keyId: string };

/** The privacy lock as it is kept on this phone. */
export type Lock = LockKind & {
  /** Longest time in the background after which the app does not ask for the PIN. */
  afterMs: number;
  /** Wrong tries since the last right one. */
  tries: number;
  /** No try counts before this time. */
  waitUntil: number;
};
type LockKind =
  | { kind: "pin"; salt: Uint8Array<ArrayBuffer>; hash: Uint8Array<ArrayBuffer> }
  | { kind: "passkey"; credential: ArrayBuffer };
