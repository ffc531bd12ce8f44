/** Questions that are open now, after needling and about activities. */

import type { CheckInEntryOfDay } from "../../core/checkin";
import { hoursSinceNeedling } from "../../core/checkin";
import type { SorenessAnswer } from "../../core/checkinEntry";
import { openAsks, openPrompt, promptSoreness } from "../../core/outcomes";
import { clock } from "./clock.svelte";
import { copies } from "./copies.svelte";
import { plan } from "./plan.svelte";

class PhoneOutcomes {
  /** Cards that the person put off, until the app is opened again. */
  private skipped = $state.raw<string[]>([]);
  /** Whether a card tells what follows after an answer. */
  thanks = $state(false);
  readonly known = $derived(copies.outcomes);
  readonly prompt = $derived.by(() => {
    const prompt = openPrompt(this.known, copies.rows, clock.now);
    return prompt && !this.skipped.includes("prompt") ? prompt : undefined;
  });
  readonly asks = $derived(
    openAsks(this.known, copies.rows, clock.today).filter(({ instrument }) => !this.skipped.includes(instrument)),
  );

  /** Puts a card off until the app is opened again. */
  skip(what: string): void {
    this.skipped = [...this.skipped, what];
  }

  /** Soreness that was answered on days before `day`, or to prompts, since the latest needling session. */
  sorenessBefore(day: string, checkIns: readonly CheckInEntryOfDay[]): SorenessAnswer[] {
    const given = [
      ...checkIns.flatMap((one) =>
        one.soreness != null && one.day < day ? [{ at: endOf(one), score: one.soreness }] : [],
      ),
      ...promptSoreness(this.known, copies.rows),
    ];
    return given.flatMap(({ at, score }) => {
      const hours = plan.known && hoursSinceNeedling(plan.known, new Date(at));
      return hours === undefined ? [] : [{ score, hours }];
    });
  }
}

/** The instant that a check-in describes: when it was answered, or the end of its day if that is earlier. */
function endOf({ day, answeredAt }: CheckInEntryOfDay): string {
  const end = new Date(`${day}T24:00:00`).toISOString();
  const at = new Date(answeredAt).toISOString();
  return at < end ? at : end;
}

export const outcomes = new PhoneOutcomes();
