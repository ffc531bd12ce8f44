/** The plan, and what is on of it now. */

import { hoursSinceNeedling } from "../../core/checkin";
import { itemsOf, knownLogs, segmentAt } from "../../core/today";
import { clock } from "./clock.svelte";
import { copies } from "./copies.svelte";
import { storage } from "./storage.svelte";
import { store } from "./store";

class PhonePlan {
  readonly known = $derived(copies.plan?.plan);
  /** Care has ended: nothing is asked, and nothing is due. */
  readonly discharged = $derived(this.known?.stage === "discharged");
  readonly fetchedAt = $derived(copies.plan && new Date(copies.plan.fetchedAt));
  readonly segment = $derived(this.known && segmentAt(this.known, clock.now));
  readonly hoursSinceNeedling = $derived(this.known && hoursSinceNeedling(this.known, clock.now));
  /** The server's logs with what waits laid over them. */
  readonly logs = $derived(this.known ? knownLogs(this.known, copies.logs, copies.rows) : []);
  readonly confirmedLogs = $derived(copies.logs);
  /** The number of the newest revision whose news the person has seen; 0 at first. */
  readonly seenRevision = $derived(copies.seenRevision);
  readonly items = $derived(this.known && this.segment ? itemsOf(this.known, this.segment, this.logs) : []);

  /** Notes that the person has seen the news of a revision. */
  async markSeen(revision: number): Promise<void> {
    await storage.guard(() => store.put("single", revision, "seenRevision"));
    copies.seenRevision = revision; // only now: what has gone from the screen is kept
  }
}

export const plan = new PhonePlan();
