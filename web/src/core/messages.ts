/**
 * Messages with the care team, as this phone knows them, also offline: the server's thread, with what waits laid over it.
 * "Sent", "read" and "answered" are said of a message only after the server said so of this very version of it.
 */

import type { Message, MessageEntry, Thread } from "./api";
import { call } from "./call";
import { dayOf } from "./checkin";
import { askAndKeep } from "./copies";
import type { Day } from "./dates";
import type { Store, Tx } from "./db";
import type { Entry, Row } from "./entry";

/** Characters of a message, as the server takes them. */
export const longestMessage = 2000;

/** The place of a message of the patient: this phone, or the server, with what the care team did. */
export type MessageState = "here" | "refused" | "sent" | "read" | "answered";

/** A message or note as a screen shows it. */
export type ShownMessage = Pick<Message, "id" | "kind" | "by" | "author" | "words" | "day" | "mine" | "earlier"> & {
  at: string;
  edited: boolean;
  /** Undefined for a message of staff. */
  state: MessageState | undefined;
  readBy: string | null;
  /** The time of this version by this phone's clock; an edit must be later. */
  statedAt: string;
  refused: Row["refused"] | undefined;
};

export const messageKey = (id: string): string => `message/${id}`;
const noteId = (day: Day): string => `note-${day}`;

export function messageOutboxEntry(id: string, body: MessageEntry): Entry {
  return { kind: "message", key: messageKey(id), method: "PUT", path: `/api/me/messages/${id}`, body };
}

export async function knownThread(store: Store): Promise<Thread | undefined> {
  return await store.get("single", "thread");
}

/** Fetches the thread and keeps it, unless a message arrived at the server meanwhile: it may be missing in it. */
export async function refreshThread(store: Store): Promise<Thread> {
  const began = Date.now();
  const fetched = () => call("GET /api/me/messages");
  return await askAndKeep(
    store,
    fetched,
    async (tx, thread) => {
      const sent = await tx.objectStore("sent").getAll();
      if (sent.some(({ key, sentAt }) => sentAt >= began && key.startsWith("message/"))) return;
      await tx.objectStore("single").put(thread, "thread");
    },
    ["sent"],
  );
}

const emptyThread: Thread = { messages: [], hasEarlier: false, open: true, waitsSince: null, overdue: false };

/** The server has a message: its answer takes the place of what this phone had of it. */
export async function noteMessage(tx: Tx, answer: Message): Promise<void> {
  const single = tx.objectStore("single");
  const known = (await single.get("thread")) ?? emptyThread;
  const others = known.messages.filter(({ id }) => id !== answer.id);
  await single.put({ ...known, messages: [...others, answer] }, "thread");
}

/** Tells the care team which of their messages were on the screen. */
export async function markRead(messages: readonly Message[]): Promise<void> {
  const seen = messages.filter(isUnread).map(({ id, version }) => ({ id, version }));
  if (seen.length) await call("POST /api/me/messages-read", { body: { seen } });
}

export function isUnread({ by, readAt }: Message): boolean {
  return by === "staff" && readAt === null;
}

/** The thread by time, the oldest first: the server's, with the messages and notes that wait on this phone. */
export function shownMessages(thread: Thread | undefined, rows: readonly Entry[]): ShownMessage[] {
  const shown = new Map((thread?.messages ?? []).map((message) => [message.id, fromServer(message)]));
  for (const row of rows) {
    const waiting = shownOf(row, shown);
    if (waiting) shown.set(waiting.id, waiting);
  }
  return [...shown.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function fromServer(message: Message): ShownMessage {
  const { by, answeredAt, readAt, writtenAt, version } = message;
  const state = answeredAt ? "answered" : readAt ? "read" : "sent";
  return {
    ...message,
    at: writtenAt,
    edited: version > 1,
    state: by === "patient" ? state : undefined,
    refused: undefined,
  };
}

/** A message, or a check-in with a note, that waits; undefined for any other entry. */
function shownOf(row: Entry, shown: ReadonlyMap<string, ShownMessage>): ShownMessage | undefined {
  const refused = (row as Partial<Row>).refused;
  const state = refused ? "refused" : "here";
  const own = { by: "patient", author: null, readBy: null, refused, state } as const;
  if (row.kind === "message") {
    const id = row.key.slice("message/".length);
    const before = shown.get(id);
    const { words, writtenAt } = row.body;
    return {
      ...{ id, kind: "message", day: null, mine: true, words, statedAt: writtenAt, ...own },
      at: before?.at ?? writtenAt,
      edited: before !== undefined && before.words !== words,
      earlier: before?.earlier ?? [],
    };
  }
  if (row.kind !== "checkin" || !row.body.note) return undefined;
  const day = dayOf(row.key);
  const before = shown.get(noteId(day));
  if (before?.words === row.body.note) return undefined;
  const { note: words, answeredAt } = row.body;
  return {
    ...{ id: noteId(day), kind: "note", day, mine: false, words, statedAt: answeredAt, earlier: [], ...own },
    at: before?.at ?? answeredAt,
    edited: before !== undefined,
  };
}
