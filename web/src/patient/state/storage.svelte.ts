/** Whether this phone keeps what is entered. */

import { StorageFull } from "../../core/db";

class Storage {
  /** The reason why the last entry could not be kept on this phone. */
  fault = $state<"full" | "broken" | undefined>();

  /** Runs what writes on this phone, and turns a failure into `fault`. */
  async guard(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.fault = undefined;
      return true;
    } catch (error) {
      this.fault = error instanceof StorageFull ? "full" : "broken";
      return false;
    }
  }
}

export const storage = new Storage();
