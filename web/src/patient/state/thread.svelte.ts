/** The messages on the screen: this phone's copy at once, the server's while the screen is open. */

import type { Message, Thread } from "../../core/api";
import { call } from "../../core/call";
import { laterThan, deviceZone } from "../../core/dates";
import { newId } from "../../core/ids";
import type { MessageDraft } from "../../core/kept";
import {
  isUnread,
  knownThread,
  markRead,
  messageOutboxEntry,
  refreshThread,
  type ShownMessage,
  shownMessages,
} from "../../core/messages";
import { joined } from "../../core/pages";
import { entries } from "./entries.svelte";
import { storage } from "./storage.svelte";
import { person } from "./person.svelte";
import { outbox, store } from "./store";

/** Time between two questions to the server while the screen is open. */
const askEveryMs = 20_000;

export class PhoneThread {
  known = $state.raw<Thread | undefined>();
  /** The server was asked at least once, with or without an answer. */
  asked = $state(false);
  draft = $state.raw<MessageDraft>({ words: "" });
  /** Whether reading earlier messages is asked for or has failed. */
  earlier = $state<"ready" | "asking" | "failed">("ready");
  /** Pages before the newest one, once they were asked for, with what was in the newest page before. */
  private pages = $state.raw<{ messages: Message[]; hasEarlier: boolean } | undefined>();
  readonly hasEarlier = $derived((this.pages ?? this.known)?.hasEarlier ?? false);
  readonly isWhole = $derived(this.pages?.hasEarlier === false);
  private readonly stored = $derived(joined(this.pages?.messages ?? [], this.known?.messages ?? []));
  readonly messages = $derived(
    shownMessages(this.known && { ...this.known, messages: this.stored }, [...entries.rows, ...entries.unsaved]),
  );
  readonly edited = $derived(this.messages.find(({ id }) => id === this.draft.edits));
  private typed = false;
  private sending?: MessageDraft;

  /** To be called while the screen is made; it ends with the screen. */
  constructor() {
    $effect(() => {
      void store.get("single", "messageDraft").then((kept) => kept && !this.typed && (this.draft = kept));
      void this.read();
      void this.ask();
      const timer = setInterval(() => void this.ask(), askEveryMs);
      const visible = () => void this.ask();
      document.addEventListener("visibilitychange", visible);
      const stop = outbox.onChange(() => void this.read()); // a message was sent, here or in another tab
      return () => {
        clearInterval(timer);
        document.removeEventListener("visibilitychange", visible);
        stop();
      };
    });
  }

  /** Keeps what is being written, on every input. */
  async write(draft: MessageDraft): Promise<void> {
    this.typed = true;
    this.draft = draft;
    await storage.guard(() => store.put("single", draft, "messageDraft"));
  }

  /** Keeps the message on this phone and sends it. The composer is empty once its kept draft is gone. */
  async send(): Promise<void> {
    const draft = this.draft;
    const words = draft.words.trim();
    if (!words || draft === this.sending) return;
    this.sending = draft;
    const writtenAt = laterThan(new Date(), this.edited?.statedAt).toISOString();
    const id = this.edited?.id ?? newId();
    const kept = await entries.keep(messageOutboxEntry(id, { words, writtenAt, timeZone: deviceZone() }));
    if (kept && this.draft === draft) await storage.guard(() => store.remove("single", "messageDraft"));
    if (this.draft === draft) this.draft = { words: "" };
  }

  /** Puts the words of a message into the composer, to change them. */
  async edit({ id, words }: ShownMessage): Promise<void> {
    await this.write({ words: words ?? "", edits: id });
  }

  /** Reads the page before what is shown; it needs a connection. */
  async readEarlier(): Promise<void> {
    const [first] = this.stored;
    if (!first || this.earlier === "asking") return;
    this.earlier = "asking";
    try {
      const { messages, hasEarlier } = await call("GET /api/me/messages", { query: { before: first.id } });
      this.pages = { messages: joined(messages, this.stored), hasEarlier };
      this.earlier = "ready";
      if (messages.some(isUnread)) await markRead(messages);
    } catch {
      this.earlier = "failed";
    }
  }

  private async read(): Promise<void> {
    const kept = await knownThread(store).catch(() => undefined);
    if (!kept) return;
    if (this.pages) this.pages = { ...this.pages, messages: this.stored }; // what leaves the newest page stays here
    this.known = kept;
  }

  private async ask(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    try {
      await refreshThread(store);
      await this.read();
      if (!person.me?.helping && this.known?.messages.some(isUnread)) await markRead(this.known.messages);
    } catch {
      // Offline or signed out: this phone's copy stays, and the screen says so.
    } finally {
      this.asked = true;
    }
  }
}
