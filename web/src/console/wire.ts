/** What the server's API carries for the console, named as in docs/glossary.md. */

import type { Instant, Side } from "../core/api";
import type { Day } from "../core/dates";
import type { Language, Text } from "../core/i18n";

export type { Day, Instant, Language, Side, Text };

export type Role = "therapist" | "admin";

export type Clinic = { id: string; name: string; phone: string; emergencyNumber: string; draftsAllowed: boolean };

export type StaffMember = { id: string; name: string; email: string; role: Role; disabledAt: Instant | null };

export type StaffMe = { id: string; name: string; email: string; role: Role; clinic: Clinic };

export type Session = { id: string; label: string; createdAt: Instant; lastSeenAt: Instant; current: boolean };

export type Patient = {
  id: string;
  givenName: string;
  familyName: string;
  language: Language;
  timeZone: string;
  birthYear: number | null;
  recordNumber: string | null;
  problem: string | null;
  goal: string | null;
  /** When the first phone was paired. */
  joinedAt: Instant | null;
  careTeam: { id: string; name: string; since: Instant }[];
  invitation: { createdAt: Instant; expiresAt: Instant } | null;
};

export type Invitation = { url: string; qrSvg: string; pairingCode: string; pairingCodeExpiresAt: Instant; expiresAt: Instant };

export type Severity = "high" | "normal" | "low" | "positive";

export type Alert = {
  id: string;
  patientId: string;
  patientName: string;
  rule: string;
  ruleVersion: number;
  when: string;
  severity: Severity;
  basis: string;
  inputs: Record<string, number | string | string[] | null>;
  value: number;
  raisedAt: Instant;
  closedAt: Instant | null;
  closedReason: "acknowledged" | "raised-again" | "over" | null;
  acknowledgement: { note: string; byId: string; byName: string; ownerId: string; ownerName: string; at: Instant } | null;
};

// --- library ---

export type LoadType = "relaxes" | "moves" | "activates" | "strengthens" | "stretches" | "aerobic";
export type ItemKind = "exercise" | "activity" | "education";
export type Lines = { en: string[]; es: string[] };

export type Dosage = {
  sets: number;
  reps: number | null;
  durationS: number | null;
  holdS: number;
  restS: number;
  perSide: boolean;
  load: string | null;
  timesPerDay: number;
  /** Monday 1, Tuesday 2, Wednesday 4, … Sunday 64; 127 is every day. */
  weekdays: number;
};

export type TinyDose = { sets: number; reps: number | null; durationS: number | null; text: Text };

export type DoseField = "sets" | "reps" | "durationS" | "holdS" | "timesPerDay";
export type DoseRange = { [field in DoseField]?: [number, number] | null };

export type Review = { state: "unsigned" | "signed"; signedBy: string | null; signedAt: Instant | null };
type Listed = { slug: string; title: Text; version: number; review: Review; own: boolean; retiredAt: Instant | null };

export type Exercise = Listed & {
  kind: "exercise";
  category: string;
  loadType: LoadType;
  chain: string | null;
  easier: string | null;
  harder: string | null;
  position: string;
  equipment: string[];
  targets: { primary: string[]; secondary: string[] };
  phaseFrom: string;
  dose: Dosage;
  doseRange: DoseRange;
  tiny: TinyDose;
  steps: Lines;
  feel: Text;
  why: Text;
  cautions: Lines;
  cautionTags: string[];
};

export type Activity = Listed & {
  kind: "activity";
  context: string[];
  phaseFrom: string;
  defaultPrompt: { timesPerDay: number } | null;
  anchor: Text;
  tiny: Text;
  steps: Lines;
  why: Text;
  cautions: Lines;
};

export type Topic = Listed & {
  kind: "education";
  phaseFrom: string;
  summary: Text;
  body: Lines;
  keyPoint: Text;
  action: Text;
  sources: string[];
};

export type Item = Exercise | Activity | Topic;

export type Template = Listed & {
  kind: "plan" | "overlay";
  items: { phase: string; exercise: string; alternative: string | null }[];
  activity: string[];
  education: string[];
  muscles: string[];
  requiresClinicianTest: boolean;
};

export type Muscle = { slug: string; title: Text; needlingRisk: string[] };

export type ScreenItem = { slug: string; level: "absolute" | "relative" | "site"; text: Text };

// --- programs ---

export type Phase = { slug: string; fromH: number; toH: number | null; title: Text; intent: Text; doseFactor: number };

export type Technique = "pistoning" | "in-situ" | "winding" | "superficial" | "electrical";
export type CoIntervention = "manual-therapy" | "exercise" | "education" | "heat" | "cold" | "electrotherapy" | "taping";
export type Decision = "go-ahead" | "adapt" | "do-not-needle";

export type NeedledMuscle = { muscle: string; side: Side; technique: Technique; twitch: boolean | null };

export type NeedlingEntry = {
  startedAt: Instant;
  endedAt: Instant;
  muscles: NeedledMuscle[];
  screen: { present: string[]; decision: Decision; reason: string };
  coInterventions: CoIntervention[];
  painBefore: number | null;
  painAfter: number | null;
  note: string;
};

export type NeedlingSession = NeedlingEntry & {
  id: string;
  episodeId: string;
  version: number;
  recordedAt: Instant;
  recordedBy: string;
};

export type Library = {
  version: string;
  /** What was looked at, to be sent back when signing. */
  fingerprint: string;
  draftsAllowed: boolean;
  phases: Phase[];
  exercises: Exercise[];
  activityModifications: Activity[];
  educationTopics: Topic[];
  templates: Template[];
  muscles: Muscle[];
  positions: { slug: string; title: Text }[];
  categories: { slug: string; title: Text }[];
  cautionTags: { slug: string; note: Text }[];
  needlingScreen: ScreenItem[];
  globalRules: { maxItemsFirstWeek: number };
};

export type Prescription = {
  id: string;
  kind: ItemKind;
  slug: string;
  version: number;
  phases: string[];
  dosage: Dosage | null;
  tiny: TinyDose | null;
  side: "left" | "right" | null;
  note: Text | null;
  position: number;
};

export type RevisionSummary = {
  number: number;
  effectiveFrom: Instant;
  publishedAt: Instant;
  authorId: string;
  author: string;
  changeSummary: Text;
};

export type Revision = RevisionSummary & { phases: Phase[]; prescriptions: Prescription[]; overlay: Prescription[] };

/** One item as the editor sends it; its place in the list is its position. */
export type PrescriptionEntry = Pick<Prescription, "kind" | "slug" | "phases" | "dosage" | "tiny" | "side" | "note"> & { id: string | null };

export type PlanEntry = { phases: Phase[]; prescriptions: PrescriptionEntry[]; overlay: PrescriptionEntry[] | null };

export type DraftEntry = PlanEntry & {
  basedOn: number | null;
  effectiveFrom: Instant | null;
  changeSummary: Text | null;
  /** The draft's version that was last seen. */
  knownVersion: number | null;
};

export type RevisionEntry = PlanEntry & { basedOn: number | null; effectiveFrom: Instant | null; changeSummary: Text };

export type Stage = "invited" | "active" | "goal_reached" | "discharged";

export type EpisodeOfCare = {
  id: string;
  patientId: string;
  problem: string | null;
  goal: string | null;
  changes: { stage: Stage; at: Instant; byId: string }[];
  stage: Stage;
};

export type Draft = PlanEntry & {
  basedOn: number | null;
  effectiveFrom: Instant | null;
  changeSummary: Text | null;
  version: number;
  savedAt: Instant;
  savedBy: string;
};

export type ProgramView = {
  episode: EpisodeOfCare;
  /** Null before the first revision; its plan clock reads zero at `anchorAt`. */
  program: { id: string; anchorAt: Instant } | null;
  /** The latest one, in force or still to come. */
  revision: Revision | null;
  revisions: RevisionSummary[];
  draft: Draft | null;
};

export type Reason = { code: string; phase?: string; until?: Instant; factor?: number; muscles?: string[]; slugs?: string[] };

export type TodayItem = {
  prescriptionId: string;
  slug: string;
  kind: ItemKind;
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

/** One thing that will be different for the patient. Without a slug it concerns the whole plan. */
export type Change = {
  code: "added" | "removed" | "dose" | "tiny" | "phases" | "note" | "content" | "order" | "clock";
  afterNeedling?: boolean;
  kind?: ItemKind;
  slug?: string;
  before?: Dosage;
  after?: Dosage;
};

/** What publishing a plan now would do. */
export type Preview = { changes: Change[]; summary: Text; today: Today };

/** What is on for the patient at this moment. */
export type Today = {
  at: Instant;
  day: Day;
  phase: string | null;
  phaseTitle: Text | null;
  hoursSinceNeedling: number | null;
  reasons: Reason[];
  items: TodayItem[];
};

// --- check-ins, reports, reachability ---

export type CheckIn = {
  day: Day;
  answeredAt: Instant;
  timeZone: string;
  painNow: number;
  painWorst24h: number;
  painAverage24h: number | null;
  soreness: number | null;
  regions: { slug: string; side: Side }[] | null;
  interference: number | null;
  sleep: "good" | "some" | "poor" | null;
  note: string | null;
  anythingNew: boolean;
  safetyYes: string[];
  safetyLevel: "emergency" | "urgent" | "soon" | null;
};

export type ExerciseLog = {
  id: string;
  prescriptionId: string;
  kind: ItemKind;
  slug: string;
  day: Day;
  occurredAt: Instant;
  outcome: "completed" | "partly" | "tiny" | "skipped";
  skipReason: string | null;
  painDuring: number | null;
  effort: number | null;
  stopped: boolean;
  counts: boolean;
};

export type Adherence = { first: Day; last: Day; due: number; done: number; share: number | null; daysDue: number; daysDone: number };

export type Need = "alert-high" | "exercise-paused" | "alert-normal" | "alert-low" | "phone-unreachable";

export type OverviewRow = {
  patientId: string;
  givenName: string;
  familyName: string;
  language: Language;
  joinedAt: Instant | null;
  phase: string | null;
  adherence: Adherence;
  pain: { day: Day; painNow: number }[];
  lastCheckIn: { day: Day; painNow: number } | null;
  hoursSinceNeedling: number | null;
  openAlerts: number;
  alertSeverity: Severity | null;
  exercisePaused: boolean;
  phone: "none" | "reachable" | "unreachable";
  phoneUnreachableSince: Instant | null;
  needs: Need[];
  waitingSince: Instant | null;
};

export type ScoreWindow = {
  checkIns: number;
  painNow: number | null;
  painWorst24h: number | null;
  interference: number | null;
  sorenessPeak: number | null;
};

export type SessionResponse = {
  sessionId: string;
  endedAt: Instant;
  day: Day;
  muscles: string[];
  painBefore: number | null;
  painAfter: number | null;
  before: ScoreWindow;
  firstDays: ScoreWindow;
  after: ScoreWindow;
  painChange: number | null;
  interferenceChange: number | null;
};

export type Suggestion = {
  prescriptionId: string;
  slug: string;
  suggestion: { advice: "progress" | "hold" | "regress"; reason: string; inputs: Alert["inputs"] };
};

export type PainPoint = {
  day: Day;
  painNow: number;
  painWorst24h: number;
  painAverage24h: number | null;
  soreness: number | null;
  interference: number | null;
};

export type Report = {
  first: Day;
  last: Day;
  painTrend: PainPoint[];
  sessions: SessionResponse[];
  adherence: Adherence;
  suggestions: Suggestion[];
  exercisePause: { id: string; since: Instant; reason: "emergency" | "urgent" } | null;
};

export type Reachability = {
  state: "none" | "unproven" | "reachable" | "unreachable";
  since: Instant | null;
  reason: "gone" | "removed" | "key-changed" | "failing" | "silent" | null;
  lastReceiptAt: Instant | null;
};
