/**
 * The id of the sign-in that this phone tries to make: the same until the server's answer is known. It waits in the
 * history entry's state beside the invitation's token (invitation.ts), where a reload still finds it.
 */

import { newId } from "../core/ids";

export function signInId(): string {
  const id = kept() ?? newId();
  history.replaceState({ ...history.state, signInId: id }, "");
  return id;
}

/** Whether joining was tried here and may have worked: its answer was lost, and the page loaded again. */
export function triedToJoin(): boolean {
  return kept() !== undefined;
}

/** The server refused: the next try is for another sign-in. */
export function forgetSignInId(): void {
  history.replaceState({ ...history.state, signInId: undefined }, "");
}

function kept(): string | undefined {
  const { signInId } = (history.state ?? {}) as { signInId?: unknown };
  return typeof signInId === "string" ? signInId : undefined;
}
