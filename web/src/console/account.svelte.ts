/**
 * The member of staff who is signed in at this desk. A sign-in that ends by itself locks the desk: the page leaves the
 * document until the same person is back, and what was typed stays. All tabs of the browser lock and open together.
 */

import { call, noteSignIn, onSignedOut, type Problem } from "../core/call";
import { go } from "../core/router";
import { language } from "../ui/language.svelte";
import { countDrafts, forgetDrafts, forgetOldDrafts } from "./drafts";
import { confirmation } from "./identity/confirmation.svelte";
import { type RequestOptions, usePasskey } from "./identity/passkeys";
import { dismiss } from "./notice.svelte";
import { forgetShared, Shared } from "./shared.svelte";
import { unsaved } from "./unsaved.svelte";
import type { Clinic, SignInStep, StaffMe } from "./wire";

type State = "starting" | "unreachable" | "signed-out" | "signed-in";

const staff = new Shared(() => call("GET /api/staff/me"));
let signedOut = $state(false);

onSignedOut(lock);

export const account = {
  get state(): State {
    const { problem } = staff;
    if (signedOut || problem?.signedOut || problem?.code === "second-factor-needed") return "signed-out";
    return staff.data ? "signed-in" : problem ? "unreachable" : "starting";
  },
  /** Stays set when the sign-in ends by itself: the work of that person waits for them. */
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
  forgetOldDrafts(Date.now());
}

/** The first proof. The answer says whether a second one is needed, and which ways there are. */
export async function signIn(email: string, password: string): Promise<SignInStep> {
  const step = await call("POST /api/staff/sign-in", { body: { email, password } });
  if (step.me) admit(step.me);
  return step;
}

export async function signInWithCode(code: string): Promise<void> {
  admit((await call("POST /api/staff/sign-in/code", { body: { code } })).me);
}

/** The number of recovery codes that are left. */
export async function signInWithRecoveryCode(code: string): Promise<number> {
  const { me, left } = await call("POST /api/staff/sign-in/recovery-code", { body: { code } });
  admit(me);
  return left;
}

/** A passkey proves both at once: that the device is there, and that its owner is. */
export async function signInWithPasskey(): Promise<void> {
  const { options } = await call("POST /api/staff/sign-in/passkey/options");
  const credential = await usePasskey(options as RequestOptions);
  admit((await call("POST /api/staff/sign-in/passkey", { body: { credential } })).me);
}

/** Opens the desk to a person who has proved who they are, here and in the browser's other tabs. */
export function admit(me: StaffMe): void {
  open(me);
  tell("in");
}

/** Locks the desk, here and in the browser's other tabs. What waited for a confirmation is not sent. */
export function lock(): void {
  if (account.state === "signed-in") tell("out");
  hide();
}

/** Locks the desk and ends the sign-in, which would otherwise live a little longer at the server. */
export function lockIdle(): void {
  lock();
  void call("DELETE /api/staff/sign-in").catch(() => undefined);
}

/** Signs out here, and forgets what was typed and not saved: a person who has some is asked first. */
export async function signOut(): Promise<void> {
  const id = staff.data?.id ?? "";
  if ((await unsaved.ask("sign-out", countDrafts(id) > 0)) === "stay") return;
  await call("DELETE /api/staff/sign-in").catch((error: Problem) => {
    if (!error.signedOut) throw error;
  });
  lock();
  forgetShared();
  forgetDrafts(id);
  go();
}

/** Takes the person over as a change of their factors or of their clinic left them. */
export function changedMe(me: StaffMe): void {
  staff.put(me);
}

export function changedClinic(clinic: Clinic): void {
  if (staff.data) staff.put({ ...staff.data, clinic });
}

const key = "homeplan.console.signed";

/** Follows what happens in the browser's other tabs. Returns the way to stop. */
export function followTabs(): () => void {
  const follow = ({ key: changed, newValue }: StorageEvent) => {
    if (changed !== key) return;
    if (newValue?.startsWith("out")) hide();
    else void call("GET /api/staff/me").then(open, () => undefined);
  };
  addEventListener("storage", follow);
  return () => removeEventListener("storage", follow);
}

/** The time makes each value a new one: a tab hears only of changes. */
function tell(what: "in" | "out"): void {
  localStorage.setItem(key, `${what} ${Date.now()}`);
}

function open(me: StaffMe): void {
  // The work on screen belongs to the person who left it there.
  if (staff.data && staff.data.id !== me.id) {
    unsaved.release();
    return location.reload();
  }
  noteSignIn();
  staff.put(me);
  signedOut = false;
}

function hide(): void {
  signedOut = true;
  confirmation.settle(false);
  dismiss();
}
