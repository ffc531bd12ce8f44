import { onSignedOut } from "../../core/call";
import { clock } from "./clock.svelte";
import { contact } from "./contact.svelte";
import { copies } from "./copies.svelte";
import { lock } from "./lock.svelte";
import { person } from "./person.svelte";
import { outbox } from "./store";

/** Reads what this phone has, in the person's language, and goes on doing so while the page lives. */
export async function start(): Promise<void> {
  await Promise.all([lock.start(), read()]).catch(() => (copies.broken = true));
  copies.ready = true;
  outbox.onChange((elsewhere) => void follow(elsewhere));
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

/** Reads it again after a change. Where another tab has signed somebody in, this one begins again. */
async function follow(elsewhere: boolean): Promise<void> {
  const before = copies.me;
  await read();
  const { me } = copies;
  if (!elsewhere || !me || me.serverTime === before?.serverTime) return;
  if (person.signedOut || me.patient.id !== before?.patient.id) await contact.start();
}

/** Reads what this phone has, in the language and the size that were chosen, here or in another tab. */
async function read(): Promise<void> {
  await copies.read();
  await person.speak();
  if (copies.comfort ?? document.documentElement.dataset.hand)
    await import("./comfort.svelte").then(
      ({ comfort }) => comfort.show(),
      () => undefined,
    );
}
