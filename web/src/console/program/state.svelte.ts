/** The builder of one patient's program: which list is edited, where the patient is on its clock, what is open. */

import { call } from "../../core/call";
import { account } from "../account.svelte";
import { Builder } from "../builder.svelte";
import { itemsOf } from "../library.svelte";
import { phaseAt } from "../model/clock";
import type { Plan } from "../model/draft";
import { additionsTo, isFolded, planNow } from "../model/planNow";
import { warningsOf } from "../model/warnings";
import { Action, Resource } from "../resource.svelte";
import type { Library, NeedlingSession, Patient, ProgramView } from "../wire";
import type { Bench, Layer, Opened } from "./bench";

const minuteMs = 60_000;

/** Answers of the server with which the builder opens; the library is read again after a change to it. */
export type Known = {
  readonly patient: Patient;
  readonly view: ProgramView;
  readonly library: Library;
  readonly sessions: readonly NeedlingSession[];
};

export class BenchState implements Bench {
  readonly builder: Builder;
  /** The library's own list for the first 72 hours is being fetched. */
  readonly fetching = new Action();
  layer = $state<Layer>("plan");
  opened = $state.raw<Opened | null>(null);
  dragged = $state.raw<Opened | null>(null);
  /** The item whose removal was asked for. */
  removing = $state.raw<Opened | null>(null);
  shelf = $state(false);
  asked = $state(0);
  told = $state("");
  #chosen = $state<string>();
  #minute = $state(Date.now());

  readonly #intake: Resource<{ cautionTags: readonly string[] }>;
  readonly #report;

  constructor(private readonly known: () => Known) {
    const { patient, view, library } = known();
    const path = { patient_id: patient.id };
    this.builder = new Builder(patient.id, view, library.phases);
    this.#intake = new Resource(() => call("GET /api/patients/{patient_id}/intake", { path }));
    this.#report = new Resource(() => call("GET /api/patients/{patient_id}/report", { path }));
  }

  readonly patient = $derived.by(() => this.known().patient);
  readonly library = $derived.by(() => this.known().library);
  readonly items = $derived(itemsOf(this.library));
  readonly plan = $derived.by((): Plan => {
    const { plan, overlay } = this.builder.document;
    return this.layer === "plan" ? plan : { phases: plan.phases.filter(isFolded), items: overlay ?? [] };
  });
  readonly #standing = $derived.by(() => {
    const { effectiveFrom, plan } = this.builder.document;
    const at = Math.max(this.#minute, effectiveFrom ? Date.parse(effectiveFrom) : 0);
    return planNow(this.builder.view, this.known().sessions, plan.phases, at);
  });
  readonly now = $derived(this.layer === "plan" ? this.#standing : undefined);
  readonly current = $derived.by(() => {
    const { phase, sinceNeedling } = this.#standing;
    if (this.layer === "plan") return phase;
    return sinceNeedling === null ? undefined : phaseAt(this.plan.phases, sinceNeedling)?.slug;
  });
  readonly phase = $derived.by(() => {
    const { phases } = this.plan;
    if (this.layer === "plan") return additionsTo(phases, this.#chosen, this.#standing.phase);
    return (phases.find(({ slug }) => slug === this.#chosen) ?? phases[0])?.slug ?? "";
  });
  readonly warnings = $derived.by(() => {
    const revision = this.builder.view.revision;
    const last = this.known().sessions.find(({ muscles }) => muscles.length > 0);
    return warningsOf(this.plan, {
      library: this.items,
      needled: [...new Set(last?.muscles.map(({ muscle }) => muscle) ?? [])],
      cautions: this.#intake.data?.cautionTags ?? [],
      draftsAllowed: account.draftsAllowed,
      mostInFirstWeek: this.library.globalRules.maxItemsFirstWeek,
      assigned: new Set(revision ? [...revision.prescriptions, ...revision.overlay].map(({ slug }) => slug) : []),
      now: this.now,
    });
  });
  readonly suggestions = $derived.by(() => this.#report.data?.suggestions ?? []);
  readonly heldBack = $derived.by(() => this.#report.data?.suggestionsHeldBack ?? false);
  /** The item whose dose is open. */
  readonly open = $derived(this.plan.items.find(({ id }) => id === this.opened?.id));

  /** The clock of the page; returns what stops it. */
  tick(): () => void {
    const timer = setInterval(() => (this.#minute = Date.now()), minuteMs);
    return () => clearInterval(timer);
  }

  edit(step: (plan: Plan) => Plan): void {
    const { plan } = this;
    if (this.layer === "plan") this.builder.plan(step);
    else this.builder.change((document) => ({ ...document, overlay: step(plan).items }));
  }

  show(layer: Layer): void {
    this.layer = layer;
    this.opened = null;
    if (layer === "overlay" && this.builder.document.overlay === null) this.usualOverlay();
  }

  usualOverlay(): void {
    const any = this.library.templates.find(({ kind }) => kind === "plan");
    if (any) void this.fetching.run(() => this.builder.usualOverlay(any.slug));
  }

  add(phase?: string): void {
    this.#chosen = phase ?? this.#chosen;
    this.shelf = true;
    this.asked += 1;
  }

  remove(opened: Opened): void {
    this.removing = opened;
  }

  tell(text: string): void {
    this.told = text;
  }
}
