/** In any order of failures: nothing is lost, nothing old wins, everything is sent once the failures end. */

import "fake-indexeddb/auto";
import fc from "fast-check";
import { IDBFactory } from "fake-indexeddb";
import { expect, test } from "vitest";

import type { ExerciseLogEntry } from "../../src/core/api";
import { Store } from "../../src/core/db";
import { type Lock, Outbox } from "../../src/core/outbox";
import { part } from "../part";
import { type Fault, FakeServer } from "./server";

type Step =
  | { do: "save"; what: number; tab: 0 | 1 }
  | { do: "flush"; tab: 0 | 1; faults: Fault[] }
  | { do: "edit on the way"; what: number }
  | { do: "restart" };

const fault = fc.oneof(
  fc.constant<Fault>({ lost: "answer" }),
  fc.constant<Fault>({ lost: "request" }),
  fc.constantFrom(401, 408, 425, 429, 500, 502, 503, 504).map((status): Fault => ({ status })),
);
const tabNumber = fc.constantFrom<0 | 1>(0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("save" as const), what: fc.nat(4), tab: tabNumber }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("flush" as const),
      tab: tabNumber,
      faults: fc.array(fault, { maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("edit on the way" as const), what: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "restart" }) },
);

test("every entry arrives in its latest form, however the network fails", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      globalThis.indexedDB = new IDBFactory();
      const server = new FakeServer();
      const latest = new Map<string, object>();
      const lock = fifo();
      let version = 0;
      let tabs = open(server, lock);

      async function save(what: number, tab: 0 | 1): Promise<void> {
        const path = `/api/me/exercise-logs/${what}` as const;
        const body = part<ExerciseLogEntry>({ version: ++version });
        latest.set(path, body);
        await tabs[tab].put({ kind: "log", key: `log/${what}`, method: "PUT", path, body });
      }

      for (const step of steps) {
        if (step.do === "save") await save(step.what, step.tab);
        if (step.do === "edit on the way") server.meanwhile = () => save(step.what, 0);
        if (step.do === "flush") {
          server.faults.splice(0, Infinity, ...step.faults);
          await Promise.all([tabs[step.tab].flush(), tabs[0].flush()]);
        }
        if (step.do === "restart") {
          for (const tab of tabs) tab.close();
          tabs = open(server, lock);
        }
      }
      server.faults.splice(0);
      while ((await tabs[0].flush()).end !== "empty");
      for (const tab of tabs) tab.close();

      expect(Object.fromEntries(server.stored)).toEqual(Object.fromEntries(latest));
      expect(await tabs[0].rows()).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

function open(server: FakeServer, lock: Lock): [Outbox, Outbox] {
  const store = new Store("property");
  return [new Outbox(store, server.send, lock), new Outbox(store, server.send, lock)];
}

function fifo(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work);
    last = run.catch(() => undefined);
    return run;
  };
}
