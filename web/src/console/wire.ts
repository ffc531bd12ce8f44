/**
 * The types of the server's API for the console, under the names of docs/glossary.md. The shapes are generated from the
 * server's own description (see core/api.ts).
 */

import type { Answer, Body, Instant } from "../core/api";
import type { Day } from "../core/dates";
import type { Language, Text } from "../core/i18n";

export type { Day, Instant, Language, Text };

// --- accounts ---

export type StaffMe = Answer<"StaffMe">;
export type Clinic = Answer<"Clinic">;
/** The way on after a password or an invitation. */
export type SignInStep = Answer<"PasswordProved">;
export type Factors = Answer<"Factors">;
/** A factor that was added; the recovery codes come with the first one. */
export type AddedFactor = Answer<"AddedFactor">;
export type StaffInvitation = Answer<"StaffInvitation">;
export type StaffRole = Exclude<StaffMe["role"], "patient" | "helper">;
export type StaffMember = Answer<"StaffMember">;
export type AuditEvent = Answer<"AuditEvent">;
export type Reach = Answer<"Reach">;
export type PushKey = Answer<"PushKey">;
export type StaffDelivery = Answer<"StaffDelivery">;
export type SignIn = Answer<"SignInSummary">;
export type Patient = Answer<"PatientDetails">;
export type ImportPreview = Answer<"ImportPreview">;
export type ImportRow = ImportPreview["rows"][number];
export type PatientRecord = Answer<"Record">;
export type Invitation = Answer<"InvitationToShow">;

// --- duty, going live, escalation ---

export type DutySettings = Body<"DutySettings">;
export type DutyNow = Answer<"DutyNow">;
export type GoLive = Answer<"GoLive">;

// --- outcomes ---

export type AdverseEvent = Answer<"AdverseEvent">;
export type AdverseEventByStaff = Body<"AdverseEventByStaff">;
export type EventAssessment = Answer<"EventAssessment">;
export type OutcomesOfPatient = Answer<"OutcomesOfPatient">;
export type OutcomeAnswer = Answer<"OutcomeAnswer">;
export type ClinicInstrument = Answer<"ClinicInstrument">;
export type Difference = Answer<"Difference">;

// --- library ---

export type Library = Answer<"LibraryView">;
export type LibraryText = Answer<"ListedText">;
export type Exercise = Answer<"ListedExercise">;
export type Activity = Answer<"ListedActivity">;
export type Topic = Answer<"ListedTopic">;
export type Item = Exercise | Activity | Topic;
export type ItemKind = Item["kind"];
export type Template = Answer<"ListedTemplate">;
export type Dosage = Answer<"Dosage">;
export type TinyDose = Answer<"TinyDose">;
/** Smallest and largest of each field; null where the library says nothing. */
export type DoseRange = Answer<"DoseRange">;
export type LoadType = Exercise["loadType"];
export type Lines = Answer<"Lines">;
export type Review = Answer<"Review">;
export type Muscle = Answer<"Muscle">;
export type TemplateContent = Body<"TemplateContent">;

// --- programs ---

export type Phase = Answer<"Phase">;
export type NeedlingRules = Answer<"NeedlingRules">;
export type ScreenItem = NeedlingRules["screen"][number];
export type ScreenAnswer = Answer<"ScreenAnswer">;
export type NeedlingFinding = Answer<"NeedlingFinding">;
export type NeedlingPreview = Answer<"CheckPreview">;
export type NeedlingCheck = Answer<"Check">;
export type CheckEntry = Omit<Answer<"CheckQuestion">, "corrects">;
export type Readiness = Answer<"Readiness">;
export type Prefilled = Readiness["prefilled"][number];
export type Intake = Answer<"Intake">;
export type Certification = Answer<"Certification">;
export type NeedlingEntry = Omit<Answer<"NewNeedlingSession">, "id">;
export type NeedlingSession = Answer<"NeedlingSession">;
export type NeedledMuscle = Answer<"NeedledMuscle">;
export type Side = NeedledMuscle["side"];
export type Technique = NeedledMuscle["technique"];
export type CoIntervention = NeedlingEntry["coInterventions"][number];
export type Decision = NeedlingEntry["screen"]["decision"];
export type EpisodeOfCare = Answer<"EpisodeOfCare">;
export type Stage = EpisodeOfCare["stage"];
export type Prescription = Answer<"Prescription">;
export type PrescriptionEntry = Answer<"PrescriptionEntry">;
export type PlanEntry = Answer<"PlanEntry">;
export type Revision = Answer<"Revision">;
export type RevisionSummary = Answer<"RevisionSummary">;
export type NewRevision = Answer<"NewRevision">;
export type Draft = Answer<"Draft">;
export type DraftEntry = Answer<"DraftEntry">;
export type ProgramView = Answer<"ProgramView">;
/** Without a slug it concerns the whole plan; the doses stand only where they are new or changed. */
export type Change = Pick<Answer<"PlanChange">, "code"> & Partial<Answer<"PlanChange">>;
export type Preview = { changes: Change[]; summary: Text; today: Today };
export type Today = Answer<"Today">;
export type ExerciseLog = Answer<"ExerciseLog">;

// --- check-ins, alerts, reports, reachability ---

export type CheckIn = Answer<"CheckIn">;
export type Thread = Answer<"Thread">;
export type Message = Thread["messages"][number];
export type SavedReply = Answer<"SavedReply">;
export type Alert = Answer<"Alert">;
export type Threshold = Answer<"Threshold">;
export type Severity = Alert["severity"];
export type Outcome = NonNullable<Body<"AcknowledgementEntry">["outcome"]>;
export type Worklist = Answer<"Worklist">;
export type WorklistRow = Answer<"WorklistRow">;
export type Need = WorklistRow["reasons"][number]["need"];
export type NeedGroup = "red-flag" | "worsening" | "answer" | "silent" | "other";
export type Order = "need" | "name" | "pain" | "needling";
export type Report = Answer<"Report">;
export type SessionResponse = Answer<"SessionResponse">;
export type Suggestion = Answer<"Suggestion">;
export type TimelineEvent = Answer<"TimelineEvent">;
export type StaffNote = Answer<"StaffNote">;
export type ScoreWindow = Answer<"Window">;
export type Device = Answer<"Device">;
export type Reachability = Answer<"Reachability">;

// --- contact ---

export type TelephoneNumbers = Answer<"TelephoneNumbers">;
export type Telephone = Answer<"Telephone">;
export type Contact = Answer<"Contact">;
export type ContactEntry = Body<"ContactEntry">;
export type ContactKind = Contact["kind"];
export type SpokeWith = NonNullable<Contact["spokeWith"]>;
export type ContactOutcome = NonNullable<Contact["outcome"]>;
export type Visit = Answer<"Visit">;
export type VisitKind = Visit["kind"];
export type VisitState = Visit["state"];
