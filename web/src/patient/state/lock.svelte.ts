/** Whether the person's privacy lock hides the app. */

import { store } from "./store";

class PrivacyLock {
  /** Everything but the way to help is hidden. */
  locked = $state(false);
  /** Time that the app may be in the background before it locks; undefined without a lock. */
  afterMs: number | undefined;
  private awaySince = 0;

  /** An app that starts is locked. */
  async start(): Promise<void> {
    this.afterMs = (await store.get("single", "lock"))?.afterMs;
    this.locked = this.afterMs !== undefined;
  }

  /** The app goes to the background. */
  leave(): void {
    this.awaySince = Date.now();
  }

  comeBack(): void {
    this.locked ||= this.afterMs !== undefined && Date.now() - this.awaySince >= this.afterMs;
  }
}

export const lock = new PrivacyLock();
