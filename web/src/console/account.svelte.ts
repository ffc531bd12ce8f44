/** The member of staff who is signed in at this desk, and the sign-out when the server answers that nobody is. */

import { call, onSignedOut, type Problem } from "../core/call";
import { go } from "../core/router";
import { language } from "../ui/language.svelte";
import { forgetShared, Shared } from "./shared.svelte";
import type { Clinic, StaffMe } from "./wire";

type State = "starting" | "unreachable" | "signed-out" | "signed-in";

const staff = new Shared(() => call("GET /api/staff/me"));
let signedOut = $state(false);

onSignedOut(() => (signedOut = true));

export const account = {
  get state(): State {
    if (signedOut || staff.problem?.signedOut) return "signed-out";
    return staff.data ? "signed-in" : staff.problem ? "unreachable" : "starting";
  },
  /** Stays set when the sign-in ends by itself, so that the work on screen survives signing in again. */
  get me(): StaffMe | undefined {
    return staff.data;
  },
  get draftsAllowed(): boolean {
    return staff.data?.clinic.draftsAllowed ?? false;
  },
};

export function start(): void {
  document.documentElement.lang = language.current;
  staff.renew();
}

export async function signIn(email: string, password: string): Promise<void> {
  const found = await call("POST /api/staff/sign-in", { body: { email, password } });
  // The work on screen belongs to the person who left it there.
  if (staff.data && staff.data.id !== found.id) return location.reload();
  staff.put(found);
  signedOut = false;
}

export async function signOut(): Promise<void> {
  await call("DELETE /api/staff/sign-in").catch((error: Problem) => {
    if (!error.signedOut) throw error;
  });
  signedOut = true;
  forgetShared();
  go();
}

/** Takes the clinic over as its settings were saved. */
export function changedClinic(clinic: Clinic): void {
  if (staff.data) staff.put({ ...staff.data, clinic });
}
