/** The program under construction: its steps with undo, the draft that saves itself, publishing, and conflicts. */

import { call, Problem } from "../core/call";
import { newId } from "../core/ids";
import type { Document } from "./model/document";
import { effectiveInstant, emptyDocument, entryOf, ofDraft, ofEntry, ofRevision } from "./model/document";
import type { Plan } from "./model/draft";
import { together } from "./model/merge";
import type { DraftEntry, NewRevision, Phase, Preview, ProgramView, Text } from "./wire";

/** A pause in typing after which the draft is saved. */
const pauseMs = 800;

export type SaveState = "clean" | "waiting" | "saving" | "saved" | "failed";
/** Someone else was faster: with a newer revision, or with the same draft. */
export type Conflict = "revision" | "draft";
/** The program on this desk that the server does not have, with the id of its next revision. */
export type Unsaved = { readonly document: Document; readonly revisionId: string };

export class Builder {
  document = $state.raw<Document>() as Document;
  view = $state.raw<ProgramView>() as ProgramView;
  save = $state<SaveState>("clean");
  conflict = $state<Conflict | null>(null);
  /** The other version while there is a conflict: theirs. What is edited is mine. */
  theirs = $state.raw<Document | undefined>();
  problem = $state.raw<Problem | undefined>();
  #past = $state.raw<readonly Document[]>([]);
  #basedOn: number | null = null;
  /** Belongs to the next revision: a second try after a lost answer publishes no second one. */
  #revisionId = "";
  #draftVersion = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly patientId: string,
    view: ProgramView,
    private readonly phases: readonly Phase[],
  ) {
    this.#open(view);
  }

  /** The server's preview of the draft, for the phone and the review before publishing. Throws Problem. */
  preview(): Promise<Preview> {
    return call("POST /api/patients/{patient_id}/program/preview", { path: this.#path, body: entryOf(this.document) });
  }

  /** A template as a plan for this patient, in place of what is here. Throws Problem. */
  async apply(template: string): Promise<void> {
    const proposed = await this.#propose(template);
    this.change(() => proposed);
  }

  /** The library's first three days, in place of what comes first after a needling. Throws Problem. */
  async usualOverlay(template: string): Promise<void> {
    const { overlay } = await this.#propose(template);
    this.change((document) => ({ ...document, overlay }));
  }

  async #propose(template: string): Promise<Document> {
    return ofEntry(
      await call("GET /api/patients/{patient_id}/program/proposal", { path: this.#path, query: { template } }),
      this.phases,
      newId,
    );
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  plan(step: (plan: Plan) => Plan): void {
    this.change((document) => ({ ...document, plan: step(document.plan) }));
  }

  change(step: (document: Document) => Document): void {
    const next = step(this.document);
    if (sameDocument(next, this.document)) return;
    this.#past = [...this.#past.slice(-99), this.document];
    this.#set(next);
  }

  undo(): void {
    const last = this.#past.at(-1);
    if (!last) return;
    this.#past = this.#past.slice(0, -1);
    this.#set(last);
  }

  /** Sends what waits at once, for leaving the page. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.save === "waiting" || this.save === "failed") await this.#saveDraft();
    await this.#sending;
  }

  /** Whether it was published. A newer revision of somebody else is a conflict to decide, not a failure. */
  async publish(changeSummary: Text): Promise<boolean> {
    await this.flush();
    const entry: NewRevision = {
      id: this.#revisionId,
      ...entryOf(this.document),
      basedOn: this.#basedOn,
      effectiveFrom: effectiveInstant(this.document),
      changeSummary,
    };
    try {
      await call("POST /api/patients/{patient_id}/program/revisions", { path: this.#path, body: entry });
      this.problem = undefined;
      this.#open(await call("GET /api/patients/{patient_id}/program", { path: this.#path }));
      return true;
    } catch (error) {
      await this.#failed(error);
      return false;
    }
  }

  /** The unsaved program; null once the server has it. */
  get unsaved(): Unsaved | null {
    const isSaved = this.save === "saved" || this.save === "clean";
    return isSaved ? null : { document: this.document, revisionId: this.#revisionId };
  }

  /** The versions that the next save is based on. */
  get base(): string {
    return `${this.#basedOn}/${this.#draftVersion}`;
  }

  /** Takes up what an earlier visit could not save. */
  restore({ document, revisionId }: Unsaved): void {
    this.#revisionId = revisionId;
    this.change(() => document);
  }

  /** Puts the draft of an earlier visit beside a version that somebody has stored since. */
  meet({ document }: Unsaved): void {
    const found = this.document;
    this.document = document;
    this.#clash(this.view.draft ? "draft" : "revision", found);
  }

  /** Goes on with what is here, over what somebody else has saved or published since. */
  async keepMine(): Promise<void> {
    await this.#settle(this.document);
  }

  /** Goes on with what somebody else has saved or published. */
  async takeTheirs(): Promise<void> {
    if (this.theirs) await this.#settle(this.theirs);
  }

  /** Goes on with everything of both. */
  async putTogether(): Promise<void> {
    if (this.theirs) await this.#settle(together(this.document, this.theirs));
  }

  /** Ends the conflict with that version; mine and theirs are the steps before it. */
  async #settle(chosen: Document): Promise<void> {
    const { document: mine, theirs } = this;
    if (!(await this.#reread())) return;
    const others = [theirs, mine].filter((one): one is Document => one !== undefined && one !== chosen);
    this.#past = others;
    this.document = chosen;
    await this.#saveDraft();
  }

  /** The choice has been made: what is found is no conflict any more. Whether it could be read. */
  async #reread(): Promise<boolean> {
    try {
      this.#open(await call("GET /api/patients/{patient_id}/program", { path: this.#path }));
      this.conflict = null;
      this.theirs = undefined;
      return true;
    } catch (error) {
      await this.#failed(error);
      return false;
    }
  }

  /** Reads who was faster, and leaves what is edited as it is. */
  async #learn(kind: Conflict): Promise<void> {
    try {
      this.view = await call("GET /api/patients/{patient_id}/program", { path: this.#path });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    const { draft, revision } = this.view;
    const found = kind === "draft" && draft ? ofDraft(draft, this.phases, newId) : revision && ofRevision(revision);
    this.#clash(kind, found ?? undefined);
  }

  #clash(kind: Conflict, theirs: Document | undefined): void {
    this.conflict = kind;
    this.theirs = theirs;
  }

  #open(view: ProgramView): void {
    const { draft, revision } = view;
    this.view = view;
    this.document = draft
      ? ofDraft(draft, this.phases, newId)
      : revision
        ? ofRevision(revision)
        : emptyDocument(this.phases);
    this.#basedOn = revision?.number ?? null;
    this.#revisionId = newId();
    this.#draftVersion = draft?.version ?? 0;
    this.#past = [];
    this.save = draft ? "saved" : "clean";
    const isBehind = draft && draft.basedOn !== this.#basedOn;
    this.conflict = isBehind ? "revision" : null;
    this.theirs = isBehind && revision ? ofRevision(revision) : undefined;
  }

  #set(next: Document): void {
    this.document = next;
    this.save = "waiting";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#saveDraft(), pauseMs);
  }

  /** One at a time, so that versions follow each other. */
  #saveDraft(): Promise<void> {
    clearTimeout(this.#timer);
    this.#sending = this.#sending.then(() => this.#send());
    return this.#sending;
  }

  async #send(): Promise<void> {
    const sent = this.document;
    this.save = "saving";
    const entry: DraftEntry = {
      ...entryOf(sent),
      basedOn: this.#basedOn,
      knownVersion: this.#draftVersion,
      changeSummary: sent.summary,
      effectiveFrom: effectiveInstant(sent),
    };
    try {
      this.#draftVersion = (
        await call("PUT /api/patients/{patient_id}/program/draft", { path: this.#path, body: entry })
      ).version;
      this.problem = undefined;
      if (this.document === sent) this.save = "saved";
    } catch (error) {
      this.save = "failed";
      await this.#failed(error);
    }
  }

  async #failed(error: unknown): Promise<void> {
    if (!(error instanceof Problem)) throw error;
    // "sent-before": the answer to an earlier try was lost, and the plan was edited since.
    if (error.code === "version-conflict" || error.code === "sent-before") await this.#learn("revision");
    else if (error.code === "draft-conflict") await this.#learn("draft");
    else this.problem = error;
  }

  get #path(): { patient_id: string } {
    return { patient_id: this.patientId };
  }
}

/** Whether a step changed nothing: steps that do nothing hand back the very parts they were given. */
function sameDocument(one: Document, other: Document): boolean {
  return (
    one.plan === other.plan &&
    one.overlay === other.overlay &&
    one.summary === other.summary &&
    one.effectiveFrom === other.effectiveFrom
  );
}
