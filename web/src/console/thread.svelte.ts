/** The thread of a chart: read again while it is open, marked as read as its messages come into view, and written to. */

import { call } from "../core/call";
import { laterThan, deviceZone } from "../core/dates";
import { newId } from "../core/ids";
import { account } from "./account.svelte";
import { keepDraft, keptDraft, type MessageDraft } from "./drafts";
import { Action, Resource } from "./resource.svelte";
import type { Message, Patient, SavedReply, Thread } from "./wire";

const askEveryMs = 30_000;

export class ChartThread {
  readonly resource: Resource<Thread>;
  readonly sending = new Action();
  draft = $state<MessageDraft>({ words: "" });
  /** Whether what is being written answers the messages that wait. */
  answers = $state(true);
  readonly edited = $derived.by(() => this.resource.data?.messages.find(({ id }) => id === this.draft.edits));
  readonly waiting = $derived.by(() => this.resource.data?.messages.filter(({ waitsSince }) => waitsSince) ?? []);
  private readonly seen = new Set<string>();
  /** Kept until the message is stored, so that what is sent again is stored once. */
  private id = newId();

  /** To be called while the panel is made; it ends with the panel. */
  constructor(private readonly patient: Patient) {
    const path = { patient_id: patient.id };
    this.resource = new Resource(() => call("GET /api/patients/{patient_id}/messages", { path }));
    this.draft = keptDraft(this.me, patient.id) ?? this.draft;
    $effect(() => {
      const timer = setInterval(() => {
        if (document.visibilityState === "visible" && account.state === "signed-in") void this.resource.reload();
      }, askEveryMs);
      return () => clearInterval(timer);
    });
  }

  write(draft: MessageDraft): void {
    this.draft = draft;
    keepDraft(this.me, this.patient.id, draft);
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
    await this.resource.reload();
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
    await this.resource.reload();
  }

  async reopen({ id }: Message): Promise<void> {
    const path = { patient_id: this.patient.id, message_id: id };
    await this.sending.run(() => call("DELETE /api/patients/{patient_id}/messages-settled/{message_id}", { path }));
    await this.resource.reload();
  }

  private get me(): string {
    return account.me?.id ?? "";
  }
}
