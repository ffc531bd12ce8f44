/** Making an invitation of a patient, and what is missing when the clinic may not invite yet. */

import { call } from "../core/call";
import { newId } from "../core/ids";
import { account } from "./account.svelte";
import { Action } from "./resource.svelte";
import type { GoLive, Invitation } from "./wire";

export class Inviting {
  readonly action = new Action();
  invitation = $state.raw<Invitation>();
  /** The needs that are not met before the clinic's first invitation, after one was refused. */
  live = $state.raw<GoLive>();
  /** Belongs to the next invitation: a second try after a lost answer makes no second one. */
  #nextId = newId();

  constructor(private readonly patientId: string) {}

  async make(): Promise<boolean> {
    const path = { patient_id: this.patientId };
    this.live = undefined;
    const made = await this.action.run(async () => {
      this.invitation = await call("POST /api/patients/{patient_id}/invitation", { path, body: { id: this.#nextId } });
      this.#nextId = newId();
    });
    if (!made && this.action.problem?.code === "not-ready" && account.me?.role !== "front-desk")
      await this.action.run(async () => (this.live = await call("GET /api/patients/{patient_id}/go-live", { path })));
    return made;
  }
}
