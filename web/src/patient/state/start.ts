import { onSignedOut } from "../../core/call";
import { clock } from "./clock.svelte";
import { contact } from "./contact.svelte";
import { copies } from "./copies.svelte";
import { lock } from "./lock.svelte";
import { person } from "./person.svelte";
import { outbox } from "./store";

/** Reads what this phone has, in the person's language, and goes on doing so while the page lives. */
export async function start(): Promise<void> {
  await Promise.all([lock.start(), copies.read().then(() => person.speak())]);
  copies.ready = true;
  outbox.onChange(() => void copies.read());
  onSignedOut(() => (person.signedOut = true));
  clock.start();
  addEventListener("online", () => void contact.refresh());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return lock.leave();
    lock.comeBack();
    clock.set();
    void contact.refresh();
  });
}
