/** Unfinished input, saved at every change, so that a call, a crash or an empty battery costs nothing. */

import type { CheckInDraft } from "./checkin";
import type { Store } from "./db";

export class Drafts {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly store: Store) {}

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    await this.last.catch(() => undefined);
  }

  async get(key: string): Promise<CheckInDraft | undefined> {
    await this.settled();
    return await this.store.get("drafts", key);
  }

  /** Keeps the draft as it is now; writes happen in the order of the calls. Throws StorageFull. */
  keep(key: string, draft: CheckInDraft): Promise<void> {
    const copy = structuredClone(draft);
    return this.next(() => this.store.put("drafts", copy, key));
  }

  remove(key: string): Promise<void> {
    return this.next(() => this.store.remove("drafts", key));
  }

  async keys(): Promise<string[]> {
    await this.settled();
    return await this.store.keys("drafts");
  }

  private next(write: () => Promise<void>): Promise<void> {
    this.last = this.last.catch(() => undefined).then(write);
    return this.last;
  }
}
