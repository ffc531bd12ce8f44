/** Sends at the start, when the network or the person comes back, after each save, and a while after a failure. */

import type { Outbox, Run } from "./outbox";

const shortestWaitMs = 5_000;
const longestWaitMs = 300_000;

export type Sync = {
  /** Sends what waits now. Never rejects. */
  wake: () => Promise<void>;
  stop: () => void;
};

/** Keeps the outbox flowing while this page lives; `heard` is told how each run ended. */
export function keepSending(outbox: Outbox, heard: (run: Run) => void): Sync {
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function wake(): Promise<void> {
    clearTimeout(timer);
    const run = await outbox.flush().catch((): Run => ({ end: "later", waitMs: undefined }));
    const again = run.end === "later" || run.end === "refused";
    failures = again ? failures + 1 : 0;
    if (again) {
      clearTimeout(timer);
      timer = setTimeout(() => void wake(), waitFor(run.end === "later" ? run.waitMs : undefined, failures));
    }
    heard(run);
  }

  const visible = () => {
    if (document.visibilityState === "visible") void wake();
  };
  const online = () => void wake();
  addEventListener("online", online);
  document.addEventListener("visibilitychange", visible);
  void wake();
  return {
    wake,
    stop() {
      clearTimeout(timer);
      removeEventListener("online", online);
      document.removeEventListener("visibilitychange", visible);
    },
  };
}

/** The wait that the server asked for, within bounds: never a busy loop, and never long enough to forget an entry. */
export function waitFor(askedMs: number | undefined, failures: number): number {
  return Math.min(longestWaitMs, Math.max(shortestWaitMs, askedMs ?? backoff(failures)));
}

/** Milliseconds before the next try after `failures` failures in a row: 5 s, 10 s, 20 s … 5 min. */
function backoff(failures: number): number {
  return Math.min(longestWaitMs, shortestWaitMs * 2 ** Math.max(0, failures - 1));
}
