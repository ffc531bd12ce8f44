/** An entry of a person that the server must get, on its way and after it. */

import type { Prepared } from "./api";

/** The route that takes each kind of entry, and the one that takes a log back. */
export type EntryRoutes = {
  checkin: "PUT /api/me/checkins/{day}";
  safety: "POST /api/me/safety-answers";
  "after-needling": "POST /api/me/after-needling";
  outcome: "POST /api/me/outcome-answers";
  message: "PUT /api/me/messages/{message_id}";
  log: "PUT /api/me/exercise-logs/{log_id}" | "DELETE /api/me/exercise-logs/{log_id}";
};

type OfKind<Kind extends keyof EntryRoutes> = Kind extends unknown
  ? { kind: Kind; key: string } & Prepared<EntryRoutes[Kind]>
  : never;

/** A request that waits or was sent, and the key of the thing that it writes. A log without a body takes the log back. */
export type Entry = OfKind<keyof EntryRoutes>;

export type Row = Entry & {
  /** Given by the store; the order of sending. */
  seq?: number;
  savedAt: number;
  /** The server's reason for refusing it; a parked row waits for the person, not for the network. */
  refused?: { status: number; code: string; title: string; detail?: string; field?: string };
};

export type SentRow = Entry & { savedAt: number; sentAt: number };
