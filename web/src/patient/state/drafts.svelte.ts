/** Check-ins that were begun and not saved. */

import { begunDays, type CheckInDraft, draftKey, lapsedDays } from "../../core/checkin";
import { type Day, localDay } from "../../core/dates";
import { clock } from "./clock.svelte";
import { copies } from "./copies.svelte";
import { storage } from "./storage.svelte";

class CheckInDrafts {
  readonly today = $derived(copies.draft);
  /** Open days. */
  readonly begun = $derived(begunDays(copies.draftKeys, clock.today));
  /** Days whose check-in can be saved no more. */
  readonly lapsed = $derived(lapsedDays(copies.draftKeys, clock.today));

  async of(day: Day): Promise<CheckInDraft | undefined> {
    return await copies.drafts.get(draftKey(day));
  }

  /** Asks the store, also before it was read. */
  async anyBegun(): Promise<boolean> {
    return begunDays(await copies.drafts.keys(), localDay(new Date())).length > 0;
  }

  /** Keeps what is being filled in, on every input. */
  async keep(day: Day, draft: CheckInDraft): Promise<void> {
    if (day === clock.today) copies.draft = draft;
    copies.draftKeys = [...without(day), draftKey(day)];
    await storage.guard(() => copies.drafts.keep(draftKey(day), draft));
  }

  async drop(day: Day): Promise<void> {
    if (day === clock.today) copies.draft = undefined;
    copies.draftKeys = without(day);
    await copies.drafts.remove(draftKey(day)).catch(() => undefined);
  }
}

function without(day: Day): string[] {
  return copies.draftKeys.filter((key) => key !== draftKey(day));
}

export const drafts = new CheckInDrafts();
