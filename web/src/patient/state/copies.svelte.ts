/** This phone's copies and entries as they were last read from its store: the other nouns are derived from them. */

import type { CheckIn, ExerciseLog, ExercisePause, Me, MyOutcomes, RecentNeedling } from "../../core/api";
import { type CheckInDraft, draftKey } from "../../core/checkin";
import { knownMe, knownNeedling, knownPause, knownPlan, knownWarning } from "../../core/copies";
import { localDay } from "../../core/dates";
import { Drafts } from "../../core/drafts";
import type { Entry, Row } from "../../core/entry";
import type { Comfort, KeptPlan } from "../../core/kept";
import type { KnownWarning } from "../../core/warning";
import { clock } from "./clock.svelte";
import { store } from "./store";

class PhoneCopies {
  /** False until they were read once, in a language whose words are here. */
  ready = $state(false);
  /** The store of this browser cannot be read. */
  broken = $state(false);
  me = $state.raw<Me | undefined>();
  /** The person who is signed in, or was until just now. */
  lastPerson = $state<string | undefined>();
  plan = $state.raw<KeptPlan | undefined>();
  pause = $state.raw<ExercisePause | undefined>();
  warning = $state.raw<KnownWarning>();
  needling = $state.raw<RecentNeedling | undefined>();
  outcomes = $state.raw<MyOutcomes | undefined>();
  /** Check-ins and logs as the server has them. */
  checkIns = $state.raw<CheckIn[]>([]);
  logs = $state.raw<ExerciseLog[]>([]);
  /** Entries that the server has not confirmed. */
  rows = $state.raw<Row[]>([]);
  /** Entries that did not fit on this phone and are lost when the page is closed. */
  unsaved = $state.raw<Entry[]>([]);
  comfort = $state.raw<Comfort | undefined>();
  seenRevision = $state(0);
  /** Today's draft, and the keys of all. */
  draft = $state.raw<CheckInDraft | undefined>();
  draftKeys = $state.raw<string[]>([]);
  readonly drafts = new Drafts(store);

  /** Reads them again, after something changed them. */
  async read(): Promise<void> {
    const today = localDay(new Date());
    await this.drafts.settled();
    const [me, plan, pause, warning, needling, checkIns, logs, rows, seen, draft, draftKeys, outcomes, comfort] =
      await store.atOnce((copies) =>
        Promise.all([
          knownMe(copies),
          knownPlan(copies),
          knownPause(copies),
          knownWarning(copies),
          knownNeedling(copies),
          copies.all("checkins"),
          copies.all("logs"),
          copies.all("outbox"),
          copies.get("single", "seenRevision"),
          copies.get("drafts", draftKey(today)),
          copies.keys("drafts"),
          copies.get("single", "outcomes"),
          copies.get("single", "comfort"),
        ]),
      );
    this.me = me;
    if (me && me.patient.id !== this.lastPerson) {
      this.lastPerson = me.patient.id;
      this.unsaved = []; // of the person before
    }
    this.plan = plan;
    this.pause = pause;
    this.warning = warning;
    this.needling = needling;
    this.checkIns = checkIns;
    this.logs = logs;
    this.rows = rows;
    this.seenRevision = seen ?? 0;
    this.draft = draft;
    this.draftKeys = draftKeys;
    this.outcomes = outcomes;
    this.comfort = comfort;
    clock.set();
  }
}

export const copies = new PhoneCopies();
