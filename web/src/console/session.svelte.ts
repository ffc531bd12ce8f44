/** The member of staff who is signed in at this desk, and the sign-out when the server answers that nobody is. */

import { call, onSignedOut, Problem } from "../core/call";
import { go } from "../core/router";
import { language } from "../ui/language.svelte";
import type { StaffMe } from "./wire";

type State = "starting" | "unreachable" | "signed-out" | "signed-in";

let state = $state<State>("starting");
let me = $state.raw<StaffMe | null>(null);
let problem = $state.raw<Problem | null>(null);

onSignedOut(() => (state = "signed-out"));

export const session = {
  get state(): State {
    return state;
  },
  /** Stays set when the session ends by itself, so that the work on screen survives signing in again. */
  get me(): StaffMe | null {
    return me;
  },
  get problem(): Problem | null {
    return problem;
  },
  get draftsAllowed(): boolean {
    return me?.clinic.draftsAllowed ?? false;
  },
};

export async function start(): Promise<void> {
  try {
    signedIn(await call("GET /api/staff/me"));
  } catch (error) {
    problem = error as Problem;
    state = problem.signedOut ? "signed-out" : "unreachable";
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  const found = await call("POST /api/staff/session", { body: { email, password } });
  // The open screens may hold drafts of the person who was signed in before.
  if (me && me.id !== found.id) return location.reload();
  signedIn(found);
}

export async function signOut(): Promise<void> {
  await call("DELETE /api/staff/session").catch((error: Problem) => {
    if (!error.signedOut) throw error;
  });
  me = null;
  state = "signed-out";
  go();
}

/** Reads the clinic again after its settings have changed. */
export async function refresh(): Promise<void> {
  me = await call("GET /api/staff/me");
}

function signedIn(found: StaffMe): void {
  me = found;
  state = "signed-in";
  document.documentElement.lang = language.current;
}
