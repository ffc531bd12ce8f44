/**
 * The types of the server's API. Routes and shapes are generated from the server's own description:
 * openapi.json → `npm run types` → api.gen.ts. Here they get the names that the apps use.
 */

import type { components, paths } from "./api.gen";

export type { paths };
type Schemas = components["schemas"];

/** A request's body: a field with a default may be left out. */
export type Body<Name extends keyof Schemas> = Schemas[Name];
/** A response's body: every field is there. */
export type Answer<Name extends keyof Schemas> = Filled<Schemas[Name]>;
type Filled<T> = T extends object ? { [Field in keyof T]-?: Filled<Exclude<T[Field], undefined>> } : T;

/** Method and path as the server's description has them: "PUT /api/me/checkins/{day}". */
export type Route = {
  [Path in keyof paths]: {
    [Method in LowerCaseMethod]: paths[Path][Method] extends object ? `${Uppercase<Method>} ${Path}` : never;
  }[LowerCaseMethod];
}[keyof paths];
type LowerCaseMethod = "get" | "post" | "put" | "patch" | "delete";
type Operation<R extends Route> = R extends `${infer Method} ${infer Path extends keyof paths}`
  ? paths[Path][Lowercase<Method> & LowerCaseMethod]
  : never;

/** The body of a route's response; undefined for a route without one. */
export type AnswerTo<R extends Route> =
  Operation<R> extends { responses: infer Responses } ? Filled<Content<Responses[keyof Responses & Success]>> : never;
type Success = 200 | 201 | 202 | 204;

/** The values in a route's path, its query and its body, each where it has one. */
export type RequestTo<R extends Route> =
  Operation<R> extends { parameters: { path?: infer Path; query?: infer Query }; requestBody?: infer Sent }
    ? Part<"path", Path> &
        (object extends Query ? { query?: Query } : Part<"query", Query>) &
        Part<"body", Content<Sent>>
    : never;
type Part<Name extends string, Value> = { [N in Name as [Value] extends [never] ? never : N]: Value };

/** A request to a route, with its values in the path, as it is kept until it is sent. */
export type Prepared<R extends Route> = R extends `${infer Method} ${infer Path}`
  ? { method: Method; path: WithValues<Path>; body: RequestTo<R> extends { body: infer Sent } ? Sent : undefined }
  : never;
type WithValues<Path> = Path extends `${infer Start}{${string}}${infer Rest}`
  ? `${Start}${string}${WithValues<Rest>}`
  : Path;

type Content<T> = T extends { content: { "application/json": infer Json } } ? Json : undefined;

/** RFC 3339 with offset. */
export type Instant = string;

export type Me = Answer<"Me">;
export type InvitationPreview = Answer<"Previewed">;
export type SignIn = Answer<"SignInSummary">;
export type PairingCode = Answer<"PairingCode">;
export type Helper = Answer<"Helper">;
export type LinkToShow = Answer<"LinkToShow">;

export type Plan = Answer<"Plan">;
export type Segment = Answer<"Segment">;
export type TodayItem = Answer<"TodayItem">;
export type ItemKind = TodayItem["kind"];
export type Dosage = Answer<"Dosage">;
export type TinyDose = Answer<"TinyDose">;
/** A reason; the server leaves out the fields that do not go with its code. */
export type Reason = Body<"TodayReason">;
export type LibraryItem = Plan["items"][string];
export type Exercise = Answer<"Exercise">;
export type RevisionSummary = Answer<"RevisionSummary">;

export type ExerciseLogEntry = Body<"ExerciseLogEntry">;
export type Outcome = ExerciseLogEntry["outcome"];
export type ExerciseLog = Answer<"ExerciseLog">;
export type ExercisePause = Answer<"ExercisePause">;
export type ClinicOpenings = Answer<"ClinicOpenings">;
export type PauseState = Answer<"PauseState">;
export type OpenWarning = Answer<"OpenWarning">;
export type RecentNeedling = Answer<"RecentNeedling">;

export type AfterNeedlingEntry = Body<"AfterNeedlingEntry">;
export type MyOutcomes = Answer<"MyOutcomes">;
export type FollowUp = NonNullable<PauseState["followUp"]>;
export type MyVisits = Answer<"MyVisits">;
export type Visit = NonNullable<MyVisits["next"]>;
export type TelephoneNumbers = Answer<"TelephoneNumbers">;
export type OutcomePrompt = MyOutcomes["prompts"][number];
export type OutcomeAsk = MyOutcomes["asks"][number];
export type OutcomeEntry = Body<"OutcomeEntry">;

export type BodyRegion = Body<"Region">;
export type Side = BodyRegion["side"];
export type CheckInEntry = Body<"CheckInEntry">;
export type CheckIn = Answer<"CheckIn">;
export type SafetyAnswerEntry = Body<"SafetyAnswerEntry">;
export type SafetyAnswer = Answer<"SafetyAnswer">;

export type ReminderEntry = Body<"ReminderEntry">;
export type ReminderKind = ReminderEntry["kind"];
export type Reminder = Answer<"Reminder">;
export type ReminderSettings = Answer<"ReminderSettings">;
export type SecondWayChoice = Answer<"SecondWayChoice">;
export type SecondWayState = Answer<"SecondWayState">;
export type Snooze = Body<"Snooze">;
export type Reminders = Answer<"Reminders">;

export type Thread = Answer<"Thread">;
export type Message = Thread["messages"][number];
export type MessageEntry = Body<"MessageEntry">;

export type Progress = Answer<"Progress">;

export type PushKey = Answer<"PushKey">;
export type Device = Answer<"Device">;
export type Delivery = Answer<"Delivery">;
