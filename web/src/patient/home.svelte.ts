/** The state behind the patient's screens: this phone's copies, what waits to be sent, and the contact with the server. */

import type {
  CheckIn,
  ExerciseLog,
  ExerciseLogEntry,
  ExercisePause,
  InvitationPreview,
  Me,
  TodayItem,
} from "../core/api";
import { onSignedOut } from "../core/call";
import { begunDays, lapsedDays, type CheckInDraft, draftKey, hoursSinceNeedling, knownCheckIns } from "../core/checkin";
import { knownMe, knownPause, knownPlan } from "../core/copies";
import { clockSkewMs, type Day, deviceZone, laterThan, localDay } from "../core/dates";
import { StorageFull, Store } from "../core/db";
import { Drafts } from "../core/drafts";
import type { Entry, Row } from "../core/entry";
import { newId } from "../core/ids";
import type { KeptPlan } from "../core/kept";
import { Outbox, type Run } from "../core/outbox";
import type { Sync } from "../core/sync";
import { entryOfLog, itemsOf, knownLogs, logKey, logOutboxEntry, segmentAt, undoOutboxEntry } from "../core/today";
import type { Link } from "../core/visit";
import { isWarning, levelOf, openWarning, pauses } from "../core/warning";
import { language } from "../ui/language.svelte";

export const store = new Store();
export const outbox = new Outbox(store);
export const drafts = new Drafts(store);

const tickMs = 20_000;

class Home {
  /** False until this phone's copies were read. */
  ready = $state(false);
  me = $state.raw<Me | undefined>();
  /** The person who is signed in, or was until just now. */
  lastPerson = $state<string | undefined>();
  /** The result of the last request to the server. */
  link = $state<Link | "asking">(navigator.onLine ? "asking" : "offline");
  /** The invitation that was opened on this phone and is not accepted yet. */
  invitation = $state.raw<InvitationPreview | undefined>();
  /** The server does not know this phone's session any more; its data stays. */
  signedOut = $state(false);
  /** Reminders were switched on here and do not reach this phone any more. */
  deaf = $state(false);
  /** The person's privacy lock hides everything but the way to help. */
  locked = $state(false);
  /** Time that the app may be in the background before it locks; undefined without a lock. */
  lockAfterMs: number | undefined;
  private awaySince = 0;
  /** The reason why the last entry could not be kept on this phone. */
  fault = $state<"full" | "broken" | undefined>();
  now = $state.raw(new Date());
  rows = $state.raw<Row[]>([]);
  private kept = $state.raw<KeptPlan | undefined>();
  private confirmed = $state.raw<CheckIn[]>([]);
  /** Exercise logs as the server has them. */
  logs = $state.raw<ExerciseLog[]>([]);
  /** The number of the newest revision whose news the person has seen; 0 at first. */
  seenRevision = $state(0);
  /** Today's check-in, when it was begun and not saved. */
  draft = $state.raw<CheckInDraft | undefined>();
  /** Open days whose check-in was begun and not saved. */
  begun = $state.raw<Day[]>([]);
  /** Days whose check-in was begun, and can be saved no more. */
  lapsed = $state.raw<Day[]>([]);
  /** This phone's clock and the server's differ by more than ten minutes, so that entries may land on a wrong day. */
  clockOff = $state(false);
  /** Entries that did not fit on this phone and are lost when the page is closed. */
  unsaved = $state.raw<Entry[]>([]);
  pause = $state.raw<ExercisePause | undefined>();
  private amended: Promise<boolean> = Promise.resolve(true);
  private sync: Sync | undefined;

  readonly plan = $derived(this.kept?.plan);
  readonly planFetchedAt = $derived(this.kept ? new Date(this.kept.fetchedAt) : undefined);
  readonly today = $derived(localDay(this.now));
  readonly waiting = $derived(this.rows.filter(({ refused }) => !refused));
  /** Refused for good; a warning sign that is refused is tried again, and told by itself. */
  readonly refused = $derived(this.rows.filter((row) => row.refused && !isWarning(row)));
  readonly checkIns = $derived(knownCheckIns(this.confirmed, this.rows));
  /** The warning sign that nobody of the clinic has cleared yet, or that the clinic does not have. */
  readonly warning = $derived(openWarning(this.pause, this.rows, this.unsaved, this.now));
  /** Nothing is to be exercised until the clinic has cleared a warning sign. */
  readonly paused = $derived(pauses(this.warning?.level));
  readonly segment = $derived(this.plan && segmentAt(this.plan, this.now));
  readonly hoursSinceNeedling = $derived(this.plan && hoursSinceNeedling(this.plan, this.now));
  readonly knownLogs = $derived(this.plan ? knownLogs(this.plan, this.logs, this.rows) : []);
  readonly items = $derived(this.plan && this.segment ? itemsOf(this.plan, this.segment, this.knownLogs) : []);

  /** Reads what this phone has, in the person's language, and goes on doing so while the page lives. */
  async start(): Promise<void> {
    const [lock] = await Promise.all([store.get("single", "lock"), this.readCopies().then(() => this.speak())]);
    this.lockAfterMs = lock?.afterMs;
    this.locked = this.lockAfterMs !== undefined;
    this.ready = true;
    outbox.onChange(() => void this.readCopies());
    onSignedOut(() => (this.signedOut = true));
    setInterval(() => (this.now = new Date()), tickMs);
    addEventListener("online", () => void this.refresh());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") {
        this.awaySince = Date.now();
        return;
      }
      this.locked ||= this.lockAfterMs !== undefined && Date.now() - this.awaySince >= this.lockAfterMs;
      this.now = new Date();
      void this.refresh();
    });
  }

  /** From the moment that someone is signed in: asks the server, and sends what waits. */
  async startTalking(): Promise<void> {
    if (!this.me) return;
    await this.speak();
    this.signedOut = false;
    this.send();
    await this.refresh();
    if (this.me) await this.rearm();
  }

  private async speak(): Promise<void> {
    const chosen = await store.get("single", "language");
    if (this.me) language.current = chosen ?? this.me.patient.language;
  }

  /** Sees to it that reminders still reach this phone. */
  async rearm(): Promise<void> {
    this.deaf = !(await this.exchange()
      .then(({ keepArmed }) => keepArmed(store, language.current))
      .catch(() => true));
  }

  /** Asks the server for everything that it, or what was `sent`, may have changed. Never rejects. */
  async refresh(sent = false): Promise<void> {
    if (!this.me || this.signedOut) return;
    await this.ask();
    void this.askProgress(sent);
  }

  /** Keeps the progress for when there is no network, after all that the first screen needs. Never rejects. */
  private async askProgress(sent: boolean): Promise<void> {
    if (this.link !== "fine") return;
    await this.exchange()
      .then(({ keepProgress }) => keepProgress(store, this.today, sent))
      .catch(() => undefined);
  }

  /** Runs what signs someone in or out; every tab shows it. */
  async changePerson<T>(work: () => Promise<T>): Promise<T> {
    return await work().finally(() => {
      outbox.changed();
      return this.readCopies();
    });
  }

  private exchange(): Promise<typeof import("../core/exchange")> {
    return import("../core/exchange");
  }

  private async ask(): Promise<void> {
    const met = ({ serverTime }: Me): void => {
      this.clockOff = Math.abs(Date.now() - Date.parse(serverTime)) > clockSkewMs;
      this.send(); // what a restored server has lost waits again
    };
    this.link = await this.exchange().then(
      ({ visit }) => visit(store, outbox, this.today, met),
      () => "broken",
    );
    if (this.unsaved.some((entry) => levelOf(entry))) await this.keepUnsaved(); // there may be room by now
    await this.readCopies();
  }

  /** Keeps what is being filled in, on every input. */
  async keepDraft(day: Day, draft: CheckInDraft): Promise<void> {
    if (day === this.today) this.draft = draft;
    this.begun = [...this.begun.filter((other) => other !== day), day];
    await this.guard(() => drafts.keep(draftKey(day), draft));
  }

  async dropDraft(day: Day): Promise<void> {
    if (day === this.today) this.draft = undefined;
    this.begun = this.begun.filter((other) => other !== day);
    this.lapsed = this.lapsed.filter((other) => other !== day);
    await drafts.remove(draftKey(day)).catch(() => undefined);
  }

  async markSeen(revision: number): Promise<void> {
    await this.guard(() => store.put("single", revision, "seenRevision"));
    this.seenRevision = revision; // only now: what has gone from the screen is kept
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

  /** Keeps an entry on this phone and sends it. False, with `fault` set, when it could not be kept. */
  async keep(entry: Entry): Promise<boolean> {
    const kept = await this.guard(async () => {
      await outbox.put(entry);
      await this.readCopies();
      this.send();
    });
    this.unsaved = [...this.unsaved.filter(({ key }) => key !== entry.key), ...(kept ? [] : [entry])];
    return kept;
  }

  /** Keeps what did not fit before, for the person who made room. */
  async keepUnsaved(): Promise<void> {
    for (const entry of this.unsaved) if (!(await this.keep(entry))) return;
  }

  /** Notes what was done of an item on the day of its list; a known `id` corrects an earlier note. */
  async note(
    item: Pick<TodayItem, "prescriptionId">,
    did: Pick<ExerciseLogEntry, "outcome"> & Partial<ExerciseLogEntry>,
    id: string = newId(),
  ): Promise<boolean> {
    const before = this.knownLogs.find((log) => log.id === id);
    const entry = {
      prescriptionId: item.prescriptionId,
      day: this.segment?.day ?? this.today,
      occurredAt: laterThan(new Date(), before?.occurredAt).toISOString(),
      timeZone: deviceZone(),
      stopped: false,
      ...did,
    };
    return await this.keep(logOutboxEntry(id, entry));
  }

  /** Takes a note back. */
  async undo(id: string): Promise<boolean> {
    return await this.keep(undoOutboxEntry(id));
  }

  /** Adds to a note, for example how it felt. Two quick answers follow each other, so that neither loses the other. */
  amend(id: string, more: Partial<ExerciseLogEntry>): Promise<boolean> {
    this.amended = this.amended.then(async () => {
      const unsaved = this.unsaved.find(({ key }) => key === logKey(id));
      const known = this.knownLogs.find((log) => log.id === id);
      const log = (unsaved?.kind === "log" && unsaved.body) || (known && entryOfLog(known));
      if (!log) return false;
      const occurredAt = laterThan(new Date(), log.occurredAt).toISOString();
      return await this.keep(logOutboxEntry(id, { ...log, ...more, occurredAt }));
    });
    return this.amended;
  }

  /** Runs what writes on this phone, and turns a failure into `fault`. */
  async guard(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.fault = undefined;
      return true;
    } catch (error) {
      this.fault = error instanceof StorageFull ? "full" : "broken";
      return false;
    }
  }

  /** Reads this phone's copies again, after someone else changed them. */
  async readCopies(): Promise<void> {
    const today = localDay(new Date());
    await drafts.settled();
    const [me, kept, pause, confirmed, logs, rows, seen, draft, draftKeys] = await store.atOnce((copies) =>
      Promise.all([
        knownMe(copies),
        knownPlan(copies),
        knownPause(copies),
        copies.all("checkins"),
        copies.all("logs"),
        copies.all("outbox"),
        copies.get("single", "seenRevision"),
        copies.get("drafts", draftKey(today)),
        copies.keys("drafts"),
      ]),
    );
    this.me = me;
    if (me && me.patient.id !== this.lastPerson) {
      this.lastPerson = me.patient.id;
      this.unsaved = []; // of the person before
    }
    this.kept = kept;
    this.pause = pause;
    this.confirmed = confirmed;
    this.logs = logs;
    this.rows = rows;
    this.seenRevision = seen ?? 0;
    this.draft = draft;
    this.begun = begunDays(draftKeys, today);
    this.lapsed = lapsedDays(draftKeys, today);
    this.now = new Date();
  }

  /** A run of the sender ended. What it brought to the server may have changed what is on. */
  private hear(run: Run): void {
    if (run.end === "signed-out") this.signedOut = true;
    if ("sent" in run && run.sent) void this.refresh(true);
    if (run.end === "later") this.link = "offline";
  }
}

export const home = new Home();
