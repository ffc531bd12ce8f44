/** The number on the app's icon: a reminder sets it, and it goes once nothing is asked any more. */

import { localDay } from "./dates";
import type { Store } from "./db";

/** Takes it away where the icon of this device can have one. */
export async function clearBadge(): Promise<void> {
  await (navigator as { clearAppBadge?: () => Promise<void> }).clearAppBadge?.().catch(() => undefined);
}

/** Takes it away when today's check-in is saved, wherever that was done, or care has ended. */
export async function followBadge(store: Store): Promise<void> {
  const saved = await store.get("checkins", localDay(new Date()));
  const kept = await store.get("single", "plan");
  if (saved || kept?.plan.stage === "discharged") await clearBadge();
}
