/** A run of the sender: it sends the rows of the outbox and keeps the server's answers. */

import { noteAnswered } from "./answeredOutcomes";
import type { CheckIn, SafetyAnswer } from "./api";
import { Problem } from "./call";
import { dayOf } from "./checkin";
import { StorageFull, type Store, type Tx } from "./db";
import type { EntryRoutes, Row } from "./entry";
import { noteMessage } from "./messages";
import type { Run, Send } from "./outbox";
import { answerId, levelOf, pauses, signsOf, warningOf, withAnswer, withRetractions } from "./warning";

/** The parts of the outbox that a run works with. */
export type Sending = {
  store: Store;
  send: Send;
  now: () => number;
  /** Tells every tab that what this phone keeps has changed. */
  changed: () => void;
  /** Entries that the server has confirmed and this device had no room to note. */
  unnoted: Set<string>;
};

/** Rows that may fail with their own 500 before a run gives up: one bad row must not block the others. */
const rowsPassedOver = 3;

/** Sends what waits, one row after the other, until none is left or there is no point in going on. */
export async function drain(way: Sending): Promise<Run> {
  const passedOver = new Set<number>();
  const refused = new Set<number>();
  for (let sent = 0; ;) {
    const rows = await way.store.all("outbox");
    const row = next(rows.filter(({ seq }) => !passedOver.has(seq!) && !refused.has(seq!)));
    if (!row && passedOver.size) return { end: "later", waitMs: undefined };
    if (!row) return { end: rows.some(isTriedAgain) ? "refused" : "empty", sent };
    try {
      await settle(way, row, await deliver(way, row));
      sent++;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.signedOut) return { end: "signed-out" };
      if (error.status === 500 && passedOver.size < rowsPassedOver) passedOver.add(row.seq!);
      else if (comesBack(error)) return { end: "later", waitMs: error.retryAfterMs };
      else {
        await park(way, row, error);
        refused.add(row.seq!);
      }
    }
  }
}

/** The row is confirmed: it leaves the queue, and the server's answer is kept, in one transaction. */
async function settle(way: Sending, row: Row, keepAnswer: (tx: Tx) => Promise<unknown>): Promise<void> {
  try {
    await way.store.write(["outbox", "sent", "checkins", "logs", "single"], async (tx) => {
      const outbox = tx.objectStore("outbox");
      // While it was on its way a newer entry may have taken its place, or the person signed out: nothing to keep.
      if ((await outbox.get(row.seq!)) === undefined) return;
      await outbox.delete(row.seq!);
      const { seq: _, ...entry } = row;
      await tx.objectStore("sent").put({ ...entry, sentAt: way.now() });
      await keepAnswer(tx);
    });
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error;
    await way.store.remove("outbox", row.seq!); // no room for the copies; the server has the entry
    way.unnoted.add(row.key);
  }
  way.changed();
}

async function park(way: Sending, row: Row, problem: Problem): Promise<void> {
  await way.store.write(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    // While it was on its way a newer entry may have taken its place.
    if ((await outbox.get(row.seq!)) === undefined) return;
    const { status, code, message, detail, field } = problem;
    const refused = { status, code, title: message, ...(detail && { detail }), ...(field && { field }) };
    await outbox.put({ ...row, refused });
    const warning = warningOf(row);
    if (warning && (await outbox.index("key").getKey(warning.key)) === undefined)
      await outbox.add({ ...warning, savedAt: row.savedAt });
  });
  way.changed();
}

/** The next row to send: a warning sign before anything else, including one that was refused before. */
function next(rows: readonly Row[]): Row | undefined {
  const open = rows.filter((row) => !row.refused || isTriedAgain(row));
  return open.find((row) => levelOf(row)) ?? open[0];
}

/** Whether the server refused this warning sign; it is sent again in every run. */
function isTriedAgain(row: Row): boolean {
  return row.refused !== undefined && row.kind === "safety" && levelOf(row) !== undefined;
}

/** Sends one row. The returned function keeps the server's answer. */
async function deliver({ send }: Sending, row: Row): Promise<(tx: Tx) => Promise<unknown>> {
  if (row.kind === "checkin") {
    const answer = await send<EntryRoutes["checkin"]>(row);
    return async (tx) => {
      await noteSigns(tx, row, answer);
      await tx.objectStore("checkins").put(answer);
    };
  }
  if (row.kind === "safety") {
    const answer = await send<EntryRoutes["safety"]>(row);
    return (tx) => noteSigns(tx, row, answer);
  }
  if (row.kind === "after-needling" || row.kind === "outcome") {
    await send<EntryRoutes["after-needling"] | EntryRoutes["outcome"]>(row);
    return (tx) => noteAnswered(tx, row);
  }
  if (row.kind === "message") {
    const answer = await send<EntryRoutes["message"]>(row);
    return (tx) => noteMessage(tx, answer);
  }
  if (row.method === "DELETE") {
    await send<"DELETE /api/me/exercise-logs/{log_id}">(row);
    return (tx) => forgetLog(tx, row.key.slice("log/".length));
  }
  const answer = await send<"PUT /api/me/exercise-logs/{log_id}">(row);
  return (tx) => tx.objectStore("logs").put(answer);
}

/** A sign is open at once and pauses the exercises; what the server says of both takes this one's place. */
async function noteSigns(
  tx: Tx,
  row: Row,
  { safetyLevel, safetyYes, answeredAt: since }: CheckIn | SafetyAnswer,
): Promise<void> {
  const single = tx.objectStore("single");
  const [open, known] = [await single.get("warning"), await single.get("pause")];
  if (!safetyLevel) {
    if (open) await single.put(withRetractions(open, await tx.objectStore("sent").getAll()), "warning");
    return;
  }
  const before = row.kind === "checkin" && (await tx.objectStore("checkins").get(dayOf(row.key)));
  if (before && safetyYes.every((sign) => signsOf(before).includes(sign))) return; // these have been answered
  await single.put(withAnswer(open, answerId(row), safetyYes, since), "warning");
  if (!pauses(safetyLevel) || known?.reason === "emergency" || known?.reason === safetyLevel) return;
  const pause = {
    id: row.key,
    reason: safetyLevel,
    liftedAt: null,
    liftedBy: null,
    acknowledgedAlert: null,
    contact: null,
  };
  await single.put({ since, ...known, ...pause }, "pause");
}

/** A log that was taken back leaves both copies that may hold it. */
async function forgetLog(tx: Tx, id: string): Promise<void> {
  await tx.objectStore("logs").delete(id);
  const single = tx.objectStore("single");
  const kept = await single.get("plan");
  if (!kept) return;
  const logs = kept.plan.logs.filter((log) => log.id !== id);
  await single.put({ ...kept, plan: { ...kept.plan, logs } }, "plan");
}

/** Whether the same request may succeed later. */
function comesBack({ status }: Problem): boolean {
  return status === 0 || status >= 500 || status === 408 || status === 425 || status === 429;
}
