/** Whether the clinic has an entry: "sent" is said only after the server's 2xx for this very entry. */

import type { Outbox } from "./outbox";
import { safetyKey } from "./warning";

/** "refused" ones are kept; "unknown" is neither on its way nor known to have arrived. */
export type Arrival = "sent" | "waiting" | "refused" | "unknown";

/** Whether the server has what was entered under a key. */
export async function arrivalOf(outbox: Outbox, key: string): Promise<Arrival> {
  const row = (await outbox.rows()).find((each) => each.key === key);
  if (row) return row.refused ? "refused" : "waiting";
  return (await outbox.hasConfirmed(key)) ? "sent" : "unknown";
}

/** Whether the server has the warning signs of a check-in: with it, or by themselves after it was refused. */
export async function arrivalOfSigns(outbox: Outbox, key: string, clientEventId: string): Promise<Arrival> {
  const alone = await arrivalOf(outbox, safetyKey(clientEventId));
  return alone === "unknown" ? await arrivalOf(outbox, key) : alone;
}
