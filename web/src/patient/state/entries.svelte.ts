/** The person's entries: what waits, what was refused, what did not fit, and how new ones are kept. */

import type { ExerciseLogEntry, TodayItem } from "../../core/api";
import { knownCheckIns } from "../../core/checkin";
import { deviceZone, laterThan } from "../../core/dates";
import type { Entry } from "../../core/entry";
import { newId } from "../../core/ids";
import { entryOfLog, logKey, logOutboxEntry, undoOutboxEntry } from "../../core/today";
import { isWarning, levelOf } from "../../core/warning";
import { clock } from "./clock.svelte";
import { contact } from "./contact.svelte";
import { copies } from "./copies.svelte";
import { plan } from "./plan.svelte";
import { storage } from "./storage.svelte";
import { outbox } from "./store";

class Entries {
  readonly rows = $derived(copies.rows);
  readonly waiting = $derived(this.rows.filter(({ refused }) => !refused));
  /** Refused for good; a warning sign that is refused is tried again, and told by itself. */
  readonly refused = $derived(this.rows.filter((row) => row.refused && !isWarning(row)));
  readonly unsaved = $derived(copies.unsaved);
  readonly checkIns = $derived(knownCheckIns(copies.checkIns, this.rows));
  private amended: Promise<boolean> = Promise.resolve(true);

  constructor() {
    contact.onRefresh(async () => {
      if (this.unsaved.some((entry) => levelOf(entry))) await this.keepUnsaved(); // there may be room by now
    });
  }

  /** Keeps an entry on this phone and sends it. False, with the storage's fault set, when it could not be kept. */
  async keep(entry: Entry): Promise<boolean> {
    const kept = await storage.guard(async () => {
      await outbox.put(entry);
      await copies.read();
      contact.send();
    });
    copies.unsaved = [...this.unsaved.filter(({ key }) => key !== entry.key), ...(kept ? [] : [entry])];
    return kept;
  }

  /** Keeps what did not fit before, for the person who made room. */
  async keepUnsaved(): Promise<void> {
    for (const entry of this.unsaved) if (!(await this.keep(entry))) return;
  }

  /** Notes what was done of an item on the day of its list; a known `id` corrects an earlier note. */
  async note(
    item: Pick<TodayItem, "prescriptionId">,
    did: Pick<ExerciseLogEntry, "outcome"> & Partial<ExerciseLogEntry>,
    id: string = newId(),
  ): Promise<boolean> {
    const before = plan.logs.find((log) => log.id === id);
    const entry = {
      prescriptionId: item.prescriptionId,
      day: plan.segment?.day ?? clock.today,
      occurredAt: laterThan(new Date(), before?.occurredAt).toISOString(),
      timeZone: deviceZone(),
      stopped: false,
      ...did,
    };
    return await this.keep(logOutboxEntry(id, entry));
  }

  /** Takes a note back. */
  async undo(id: string): Promise<boolean> {
    return await this.keep(undoOutboxEntry(id));
  }

  /** Adds to a note, for example how it felt. Two quick answers follow each other, so that neither loses the other. */
  amend(id: string, more: Partial<ExerciseLogEntry>): Promise<boolean> {
    this.amended = this.amended.then(async () => {
      const unsaved = this.unsaved.find(({ key }) => key === logKey(id));
      const known = plan.logs.find((log) => log.id === id);
      const log = (unsaved?.kind === "log" && unsaved.body) || (known && entryOfLog(known));
      if (!log) return false;
      const occurredAt = laterThan(new Date(), log.occurredAt).toISOString();
      return await this.keep(logOutboxEntry(id, { ...log, ...more, occurredAt }));
    });
    return this.amended;
  }
}

export const entries = new Entries();
