/** The answer to a prompt after needling while it is given; it outlasts a look at the safety screen. */

import type { Severity } from "instrument/outcomes";

import type { OutcomePrompt } from "../../core/api";
import { deviceZone } from "../../core/dates";
import { newId } from "../../core/ids";
import { promptKey, promptOutboxEntry } from "../../core/outcomes";
import { entries } from "./entries.svelte";
import { outcomes } from "./outcomes.svelte";

type EventId = NonNullable<Parameters<typeof promptOutboxEntry>[0]["events"]>[number]["event"];
type Ticked = { event: EventId; severity?: Severity; words?: string };

class PromptDraft {
  private of = $state.raw("");
  private id = newId();
  ticked = $state<Ticked[]>([]);
  soreness = $state<number | undefined>();
  readonly complete = $derived(this.ticked.every(({ severity }) => severity));

  /** Begins again, when it is another prompt. */
  begin(prompt: OutcomePrompt): void {
    const key = promptKey(prompt.sessionId, prompt.hour);
    if (this.of === key) return;
    this.of = key;
    this.id = newId();
    this.ticked = [];
    this.soreness = undefined;
  }

  /** Ticks or unticks an event. */
  toggle(event: EventId): void {
    const without = this.ticked.filter((one) => one.event !== event);
    this.ticked = without.length < this.ticked.length ? without : [...this.ticked, { event }];
  }

  /** Keeps the answer with what is ticked. */
  async save(prompt: OutcomePrompt): Promise<void> {
    const events = $state.snapshot(this.ticked).map(({ event, severity, words }) => ({
      event,
      severity: severity!,
      ...(words?.trim() && { words: words.trim() }),
    }));
    const entry = promptOutboxEntry({
      id: this.id,
      session: prompt.sessionId,
      promptHour: prompt.hour,
      answeredAt: new Date().toISOString(),
      timeZone: deviceZone(),
      events,
      ...(this.soreness !== undefined && { soreness: this.soreness }),
    });
    outcomes.thanks = true;
    if (!(await entries.keep(entry))) outcomes.thanks = false;
  }
}

export const draft = new PromptDraft();
