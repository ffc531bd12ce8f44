/** This phone's contact with the server. */

import type { Me } from "../../core/api";
import { noteSignIn } from "../../core/call";
import { clockSkewMs } from "../../core/dates";
import type { Run } from "../../core/outbox";
import type { Sync } from "../../core/sync";
import type { Link } from "../../core/refresh";
import { language } from "../../ui/language.svelte";
import { clock } from "./clock.svelte";
import { copies } from "./copies.svelte";
import { person } from "./person.svelte";
import { outbox, store } from "./store";

class Contact {
  /** The result of the last request to the server. */
  link = $state<Link | "asking">(navigator.onLine ? "asking" : "offline");
  /** This phone's clock and the server's differ by more than ten minutes, so that entries may land on a wrong day. */
  clockOff = $state(false);
  /** Reminders were switched on here and do not reach this phone any more. */
  deaf = $state(false);
  private sync: Sync | undefined;
  private readonly listeners: (() => Promise<void>)[] = [];

  /** From the moment that someone is signed in: asks the server, and sends what waits. */
  async start(): Promise<void> {
    if (!person.me) return;
    await person.speak();
    noteSignIn();
    person.signedOut = false;
    this.send();
    await this.refresh();
    if (person.me) await this.rearm();
  }

  /** Runs after each refresh, before the copies are read. */
  onRefresh(listener: () => Promise<void>): void {
    this.listeners.push(listener);
  }

  /** Sees to it that reminders still reach this phone. */
  async rearm(): Promise<void> {
    this.deaf = !(await this.exchange()
      .then(({ keepArmed }) => keepArmed(store, language.current))
      .catch(() => true));
  }

  /** Asks the server for everything that it, or what was `sent`, may have changed. Never rejects. */
  async refresh(sent = false): Promise<void> {
    if (!person.me || person.signedOut) return;
    await this.askAll();
    void this.askProgress(sent);
  }

  /** Sends what waits without being asked twice. */
  send(): void {
    void this.exchange().then(
      ({ keepSending }) => {
        if (this.sync) void this.sync.wake();
        else this.sync = keepSending(outbox, (run) => this.hear(run));
      },
      () => undefined, // what waits is kept, and the next occasion asks for the file again
    );
  }

  private async askAll(): Promise<void> {
    const met = ({ serverTime }: Me): void => {
      this.clockOff = Math.abs(Date.now() - Date.parse(serverTime)) > clockSkewMs;
      this.send(); // what a restored server has lost waits again
    };
    this.link = await this.exchange().then(
      ({ refreshAll }) => refreshAll(store, outbox, met),
      () => "broken",
    );
    for (const listener of this.listeners) await listener();
    await copies.read();
  }

  /** Keeps the progress for when there is no network, after all that the first screen needs. Never rejects. */
  private async askProgress(sent: boolean): Promise<void> {
    if (this.link !== "fine") return;
    await this.exchange()
      .then(({ keepProgress }) => keepProgress(store, clock.today, sent))
      .catch(() => undefined);
  }

  /** A run of the sender ended. What it brought to the server may have changed what is on. */
  private hear(run: Run): void {
    if (run.end === "signed-out") person.signedOut = true;
    if ("sent" in run && run.sent) void this.refresh(true);
    if (run.end === "later") this.link = "offline";
  }

  private exchange(): Promise<typeof import("../../core/exchange")> {
    return import("../../core/exchange");
  }
}

export const contact = new Contact();
