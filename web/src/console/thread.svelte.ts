/** The thread of a chart: read again while it is open, marked as read as its messages come into view, and written to. */

import { call } from "../core/call";
import { laterThan, deviceZone } from "../core/dates";
import { newId } from "../core/ids";
import { joined } from "../core/pages";
import { account } from "./account.svelte";
import { Action, Resource } from "./resource.svelte";
import { unanswered } from "./unanswered.svelte";
import type { Message, Patient, SavedReply, Thread } from "./wire";

/** A message that is being written; `edits` is the id of the one that it replaces. */
export type MessageDraft = { words: string; edits?: string | undefined };

const askEveryMs = 30_000;
/** Messages that one message may answer, as the server takes them. */
const mostAnswered = 300;

export class ChartThread {
  readonly resource: Resource<Thread>;
  readonly sending = new Action();
  draft = $state<MessageDraft>({ words: "" });
  /** Whether what is being written answers the messages that wait. */
  answers = $state(true);
  readonly reading = new Action();
  /** Pages before the newest one, once they were asked for, with what was in the newest page before. */
  private pages = $state.raw<Pick<Thread, "messages" | "hasEarlier"> | undefined>();
  readonly hasEarlier = $derived.by(() => (this.pages ?? this.resource.data)?.hasEarlier ?? false);
  readonly isWhole = $derived(this.pages?.hasEarlier === false);
  readonly messages = $derived.by(() => joined(this.pages?.messages ?? [], this.resource.data?.messages ?? []));
  readonly edited = $derived.by(() => this.messages.find(({ id }) => id === this.draft.edits));
  readonly waiting = $derived.by(() => this.messages.filter(({ waitsSince }) => waitsSince).slice(-mostAnswered));
  private readonly seen = new Set<string>();
  /** Kept until the message is stored, so that what is sent again is stored once. */
  id = $state(newId());

  /** To be called while the panel is made; it ends with the panel. */
  constructor(private readonly patient: Patient) {
    this.resource = new Resource(() => this.read());
    $effect(() => {
      const timer = setInterval(() => {
        if (document.visibilityState === "visible" && account.state === "signed-in") void this.resource.reload();
      }, askEveryMs);
      return () => clearInterval(timer);
    });
  }

  /** Reads the page before what is shown. */
  async readEarlier(): Promise<void> {
    const [first] = this.messages;
    if (!first) return;
    await this.reading.run(async () => {
      const path = { patient_id: this.patient.id };
      const parts = { path, query: { before: first.id } };
      const { messages, hasEarlier } = await call("GET /api/patients/{patient_id}/messages", parts);
      this.pages = { messages: joined(messages, this.messages), hasEarlier };
    });
  }

  write(draft: MessageDraft): void {
    this.draft = draft;
  }

  /** Takes up what was written earlier, under the id that a lost answer may have stored. */
  restore({ id, draft }: { id: string; draft: MessageDraft }): void {
    this.id = id;
    this.draft = draft;
  }

  /** Puts a saved reply, in the patient's language, behind what is written. */
  insert(reply: SavedReply): void {
    const words = [this.draft.words.trim(), reply[this.patient.language]].filter(Boolean).join("\n\n");
    this.write({ ...this.draft, words });
  }

  async send(): Promise<boolean> {
    const words = this.draft.words.trim();
    const writtenAt = laterThan(new Date(), this.edited?.statedAt).toISOString();
    const answers = this.answers && !this.edited ? this.waiting.map(({ id, version }) => ({ id, version })) : [];
    const path = { patient_id: this.patient.id, message_id: this.edited?.id ?? this.id };
    const body = { words, writtenAt, timeZone: deviceZone(), answers };
    const sent = await this.sending.run(() =>
      call("PUT /api/patients/{patient_id}/messages/{message_id}", { path, body }),
    );
    if (!sent) return false;
    this.id = newId();
    this.answers = true;
    this.write({ words: "" });
    await this.reload();
    return true;
  }

  /** Notes once that a message of the patient was in view. */
  async see({ id, version }: Message): Promise<void> {
    if (this.seen.has(`${id}/${version}`)) return;
    this.seen.add(`${id}/${version}`);
    const path = { patient_id: this.patient.id };
    await call("POST /api/patients/{patient_id}/messages-read", { path, body: { seen: [{ id, version }] } }).catch(() =>
      this.seen.delete(`${id}/${version}`),
    );
  }

  async settle({ id, version }: Message): Promise<void> {
    const path = { patient_id: this.patient.id };
    await this.sending.run(() =>
      call("POST /api/patients/{patient_id}/messages-settled", { path, body: { id, version } }),
    );
    await this.reload();
  }

  async reopen({ id }: Message): Promise<void> {
    const path = { patient_id: this.patient.id, message_id: id };
    await this.sending.run(() => call("DELETE /api/patients/{patient_id}/messages-settled/{message_id}", { path }));
    await this.reload();
  }

  private async read(): Promise<Thread> {
    const path = { patient_id: this.patient.id };
    const newest = await call("GET /api/patients/{patient_id}/messages", { path });
    if (this.pages) this.pages = { ...this.pages, messages: this.messages }; // what leaves the newest page stays here
    return newest;
  }

  /** After a change: the thread, and the number in the bar. */
  private async reload(): Promise<void> {
    unanswered.renew();
    await this.resource.reload();
  }
}
