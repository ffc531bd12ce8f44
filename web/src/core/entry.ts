/** An entry of a person that the server must get, on its way and after it. */

import type { Method } from "./call";

export type Entry = {
  kind: "checkin" | "log" | "safety";
  key: string;
  method: Method;
  path: string;
  /** undefined takes back what was entered under the key. */
  body: object | undefined;
};

export type Row = Entry & {
  /** Given by the store; the order of sending. */
  seq?: number;
  savedAt: number;
  /** The server's reason for refusing it; a parked row waits for the person, not for the network. */
  refused?: { status: number; code: string; title: string; detail?: string; field?: string };
};

export type SentRow = Entry & { savedAt: number; sentAt: number };
