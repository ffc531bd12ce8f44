/** The unsaved guard and the draft of one form. Every form of the console has one, or says why it has none. */

import { untrack } from "svelte";

import { Problem } from "../core/call";
import { account } from "./account.svelte";
import { type Draft, forget, keepDraft, keptDraft, type Place } from "./drafts";
import { unsaved, type Unsaved } from "./unsaved.svelte";

export class KeptForm<T> implements Unsaved {
  /** Whether something was typed that is not saved. */
  isDirty = $state(false);
  /** Whether the draft on this computer is the form as it is. */
  isKept = $state(true);
  /** Whether the last try to keep it failed: without the key from the server, or without room. */
  hasFailed = $state(false);
  /** A draft of an earlier time: put back, or waiting because the record changed or something was typed meanwhile. */
  found = $state.raw<{ readonly at: number; readonly isBack: boolean } | undefined>();
  #pristine: string | undefined;
  #now = "";
  /** The form as it was made, where that is the version that is edited. */
  #start: string | undefined;
  #waiting: Draft | undefined;
  #isRead = false;
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly staffId: string,
    private readonly place: Place,
    private readonly basis: (() => string) | undefined,
    private readonly write: (value: T) => void,
    /** Told of a draft that waits because its record changed. */
    private readonly meet?: (value: T) => void,
  ) {}

  /** Reads the draft of an earlier time and puts it back where nothing was typed since. */
  async read(): Promise<void> {
    let draft: Draft | undefined;
    try {
      draft = await keptDraft(this.staffId, this.place);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.isKept = !this.isDirty;
      this.hasFailed = this.isDirty;
      return; // tried again with the next change
    }
    this.#isRead = true;
    if (!draft) return this.#keep();
    const isBack = draft.basis === this.#basis && !this.isDirty;
    this.found = { at: draft.at, isBack };
    if (isBack) this.write(draft.value as T);
    else this.#waiting = draft;
    if (!isBack) this.meet?.(draft.value as T);
  }

  get #basis(): string {
    return this.basis?.() ?? this.#start ?? "";
  }

  /** Takes the form as it is now, as JSON. */
  note(now: string): void {
    this.#pristine ??= now;
    this.#start ??= now;
    if (now === this.#now) return;
    this.#now = now;
    this.isDirty = now !== this.#pristine;
    if (this.#isRead) this.#keep();
    else if (this.isDirty) void this.read();
  }

  /** Puts the waiting draft back. */
  putBack(): void {
    if (!this.#waiting) return;
    const { value, at } = this.#waiting;
    this.#waiting = undefined;
    this.found = { at, isBack: true };
    this.write(value as T);
  }

  /** Notes that the input is saved: the form as it is now is the new start, and the draft is gone. */
  done(now: T): void {
    this.#pristine = this.#start = this.#now = JSON.stringify(now);
    this.isDirty = false;
    this.#clear();
  }

  /** Throws away what was typed, and the draft. */
  discard(): void {
    const before = this.#pristine;
    this.#clear();
    if (before === undefined) return;
    this.#now = before;
    this.isDirty = false;
    this.write(JSON.parse(before) as T);
  }

  #clear(): void {
    this.found = undefined;
    this.#waiting = undefined;
    this.isKept = true;
    this.#isRead = true;
    this.#then(() => forget(this.staffId, this.place));
  }

  #keep(): void {
    if (this.#waiting) return; // the earlier draft stays until somebody decides
    if (!this.isDirty) return this.#then(() => forget(this.staffId, this.place));
    const now = this.#now;
    this.isKept = false;
    this.#then(async () => {
      if (now !== this.#now) return; // a later change follows
      await keepDraft(this.staffId, this.place, { value: JSON.parse(now), basis: this.#basis }, Date.now());
      if (now === this.#now) this.isKept = true;
    });
  }

  /** One at a time, in order. */
  #then(work: () => void | Promise<void>): void {
    this.#last = this.#last.then(work).then(
      () => void (this.hasFailed = false),
      () => void (this.hasFailed = true),
    );
  }

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    await this.#last;
  }
}

type Options<T> = {
  /** A name of its own among all forms. */
  readonly form: string;
  /** The id of the patient or record; nothing for a form of the clinic. */
  readonly about?: string;
  /** The version that is edited. */
  readonly basis?: string | number | (() => string);
  /** The form begins with what is stored: its start is the version that is edited. */
  readonly isEdit?: true;
  /** The typed fields, without those that the page chose by itself. */
  readonly read: () => T;
  readonly write: (value: T) => void;
  readonly meet?: (value: T) => void;
  /** Whether leaving has to be asked about; left out: whenever something is unsaved. */
  readonly asks?: () => boolean;
};

/** To be called while the form is made; it ends with the form. */
export function keepForm<T>({
  form,
  about = "",
  basis = "",
  isEdit,
  read,
  write,
  meet,
  asks,
}: Options<T>): KeptForm<T> {
  const based = typeof basis === "function" ? basis : () => String(basis);
  const kept = new KeptForm<T>(account.me?.id ?? "", { form, about }, isEdit ? undefined : based, write, meet);
  $effect.pre(() => {
    const now = JSON.stringify(read());
    untrack(() => kept.note(now));
  });
  $effect(() => {
    void kept.read();
    const asking: Unsaved = {
      get isDirty() {
        return kept.isDirty && (asks?.() ?? true);
      },
      get isKept() {
        return kept.isKept;
      },
      discard: () => kept.discard(),
    };
    return unsaved.add(asking);
  });
  return kept;
}
