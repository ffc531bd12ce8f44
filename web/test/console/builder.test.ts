import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Builder } from "../../src/console/builder.svelte";
import { add, remove } from "../../src/console/model/draft";
import { differencesOf, together } from "../../src/console/model/merge";
import type { DraftEntry, Item, ProgramView, Revision } from "../../src/console/wire";
import { library, phases } from "./library";

const bridge = library.get("bridge") as Item;
const walk = library.get("easy-walk") as Item;

/** A server with one program: the latest revision's number, the draft, and everything that was sent. */
class Server {
  revision = 0;
  draft: (DraftEntry & { version: number }) | null = null;
  sent: string[] = [];
  refusal: { status: number; code: string } | null = null;
  /** Whether what is published is stored, but its answer does not arrive. */
  losesAnswers = false;
  published = new Map<string, string>();

  view(): ProgramView {
    const prescriptions = this.revision
      ? [
          {
            id: `p${this.revision}`,
            kind: "exercise",
            slug: "bridge",
            phases: ["p3"],
            dosage: null,
            tiny: null,
            side: null,
            note: null,
          },
        ]
      : [];
    const revision = this.revision
      ? ({
          number: this.revision,
          phases,
          prescriptions,
          overlay: [],
          author: "Ana Ruiz",
          publishedAt: "2026-03-02T10:00:00Z",
        } as unknown as Revision)
      : null;
    return {
      episode: { id: "e", stage: "active" },
      program: null,
      revision,
      revisions: [],
      draft: this.draft,
    } as unknown as ProgramView;
  }

  fetch = (path: string, init: RequestInit): Promise<Response> =>
    new Promise((resolve) => resolve(this.answer(path, init)));

  private answer(path: string, init: RequestInit): Response {
    const body = JSON.parse((init.body as string | undefined) ?? "{}") as DraftEntry;
    this.sent.push(`${init.method} ${path.split("/").slice(4).join("/")}`);
    if (this.refusal && init.method !== "GET") return json(this.refusal, this.refusal.status);
    if (path.endsWith("/draft")) {
      if (body.knownVersion !== (this.draft?.version ?? 0)) return json({ code: "draft-conflict" }, 409);
      this.draft = { ...body, version: (this.draft?.version ?? 0) + 1 };
      return json(this.draft, 200);
    }
    if (path.endsWith("/revisions")) {
      const { id, ...content } = body as DraftEntry & { id: string };
      const known = this.published.get(id);
      if (known !== undefined && known !== JSON.stringify(content)) return json({ code: "sent-before" }, 409);
      if (known === undefined) {
        if (body.basedOn !== (this.revision || null)) return json({ code: "version-conflict" }, 409);
        this.published.set(id, JSON.stringify(content));
        this.revision += 1;
        this.draft = null;
      }
      if (this.losesAnswers) throw new TypeError("no network");
    }
    return json(this.view(), 200);
  }
}

function json(body: unknown, status: number): Response {
  return new Response(JSON.stringify(body), { status });
}

let server: Server;
let builder: Builder;

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  vi.stubGlobal("fetch", server.fetch);
  builder = new Builder("patient", server.view(), phases);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const put = (item: Item, id: string) => builder.plan((plan) => add(plan, item, "p3", id));
const slugs = () => builder.document.plan.items.map(({ slug }) => slug);
const pause = () => vi.advanceTimersByTimeAsync(1000);

describe("a lost answer", () => {
  const summary = { en: "Your first plan.", es: "Su primer plan." };

  beforeEach(async () => {
    put(bridge, "a");
    server.losesAnswers = true;
    expect(await builder.publish(summary)).toBe(false);
    server.losesAnswers = false;
  });

  test("is published again as the same revision", async () => {
    expect(await builder.publish(summary)).toBe(true);
    expect(server.revision).toBe(1);
  });

  test("lets the therapist decide when the plan was edited since", async () => {
    expect(await builder.publish({ en: "Another plan.", es: "Otro plan." })).toBe(false);
    expect([builder.conflict, server.revision]).toEqual(["revision", 1]);
  });

  test("leaves the next revision an id of its own", async () => {
    await builder.publish(summary);
    put(walk, "b");
    expect(await builder.publish(summary)).toBe(true);
    expect(server.revision).toBe(2);
  });
});

describe("the draft", () => {
  test("saves itself once after a pause in editing", async () => {
    put(bridge, "a");
    put(walk, "b");
    expect(builder.save).toBe("waiting");
    await pause();
    expect(builder.save).toBe("saved");
    expect(server.sent).toEqual(["PUT program/draft"]);
    expect(server.draft?.prescriptions.map(({ slug }) => slug)).toEqual(["bridge", "easy-walk"]);
  });

  test("a step that changes nothing is neither saved nor undone", async () => {
    builder.plan((plan) => plan);
    await pause();
    expect(server.sent).toEqual([]);
    expect(builder.canUndo).toBe(false);
  });

  test("undo goes back and is saved as well", async () => {
    put(bridge, "a");
    builder.plan((plan) => remove(plan, "a"));
    builder.undo();
    await pause();
    expect(slugs()).toEqual(["bridge"]);
    expect(server.draft?.prescriptions).toHaveLength(1);
  });

  test("what the server cannot take now stays here and goes out on the next try", async () => {
    server.refusal = { status: 503, code: "unavailable" };
    put(bridge, "a");
    await pause();
    expect([builder.save, builder.problem?.code]).toEqual(["failed", "unavailable"]);
    server.refusal = null;
    await builder.flush();
    expect([builder.save, builder.problem]).toEqual(["saved", undefined]);
  });

  test("opens as it was left, and follows the version that it saw", async () => {
    put(bridge, "a");
    await pause();
    const again = new Builder("patient", server.view(), phases);
    expect(again.document).toEqual(builder.document);
    again.plan((plan) => add(plan, walk, "p3", "b"));
    await pause();
    expect(server.draft?.version).toBe(2);
  });
});

describe("somebody else was faster", () => {
  test("with the draft: mine can go over theirs", async () => {
    const other = new Builder("patient", server.view(), phases);
    other.plan((plan) => add(plan, walk, "p3", "b"));
    await pause();
    put(bridge, "a");
    await pause();
    expect([builder.conflict, slugs()]).toEqual(["draft", ["bridge"]]);
    await builder.keepMine();
    expect([builder.conflict, slugs()]).toEqual([null, ["bridge"]]);
    expect(server.draft?.prescriptions[0]?.slug).toBe("bridge");
  });

  test("with the draft: the other one can replace this one", async () => {
    const other = new Builder("patient", server.view(), phases);
    other.plan((plan) => add(plan, walk, "p3", "b"));
    await pause();
    put(bridge, "a");
    await pause();
    await builder.takeTheirs();
    expect([builder.conflict, slugs()]).toEqual([null, ["easy-walk"]]);
  });

  test("with a revision: publishing is a choice, nothing is lost, and the banner knows who", async () => {
    put(walk, "b");
    await pause();
    server.revision = 1;
    expect(await builder.publish({ en: "New", es: "Nuevo" })).toBe(false);
    expect([builder.conflict, builder.problem, slugs()]).toEqual(["revision", undefined, ["easy-walk"]]);
    expect(builder.view.revision?.author).toBe("Ana Ruiz");
  });

  test("with a revision: mine is published on top of it", async () => {
    put(walk, "b");
    server.revision = 1;
    await builder.publish({ en: "New", es: "Nuevo" });
    await builder.keepMine();
    expect(builder.conflict).toBeNull();
    expect(await builder.publish({ en: "New", es: "Nuevo" })).toBe(true);
    expect(server.revision).toBe(2);
  });

  test("with a revision: theirs is opened, and mine is one undo away", async () => {
    put(walk, "b");
    server.revision = 1;
    await builder.publish({ en: "New", es: "Nuevo" });
    await builder.takeTheirs();
    expect([builder.conflict, slugs()]).toEqual([null, ["bridge"]]);
    builder.undo();
    expect(slugs()).toEqual(["easy-walk"]);
  });

  test("a draft begun before the latest revision says so when it is opened", async () => {
    put(walk, "b");
    await pause();
    server.revision = 1;
    expect(new Builder("patient", server.view(), phases).conflict).toBe("revision");
  });
});

describe("two versions beside each other", () => {
  /** The desk that begins with a plan; a colleague saves another draft meanwhile. */
  async function meetColleague(): Promise<void> {
    put(bridge, "a");
    await pause();
    const other = new Builder("patient", server.view(), phases);
    other.plan((plan) => add(plan, walk, "p3", "theirs"));
    await vi.advanceTimersByTimeAsync(1000);
    put(library.get("clamshell") as Item, "mine");
    await pause();
  }

  test("both are there, and put together everything of both is", async () => {
    await meetColleague();
    expect(builder.conflict).toBe("draft");
    const found = differencesOf(builder.document, builder.theirs!);
    expect(found.onlyMine.map(({ slug }) => slug)).toEqual(["clamshell"]);
    expect(found.onlyTheirs.map(({ slug }) => slug)).toEqual(["easy-walk"]);
    await builder.putTogether();
    expect([builder.conflict, slugs()]).toEqual([null, ["bridge", "clamshell", "easy-walk"]]);
    expect(server.draft?.prescriptions?.map(({ slug }) => slug)).toEqual(slugs());
  });

  test("the one that was not chosen is one undo away", async () => {
    await meetColleague();
    await builder.takeTheirs();
    expect(slugs()).toEqual(["bridge", "easy-walk"]);
    builder.undo();
    expect(slugs()).toEqual(["bridge", "clamshell"]);
  });

  test("mine goes on, and theirs is one undo away", async () => {
    await meetColleague();
    await builder.keepMine();
    expect([slugs(), server.draft?.prescriptions?.length]).toEqual([["bridge", "clamshell"], 2]);
    builder.undo();
    expect(slugs()).toEqual(["bridge", "easy-walk"]);
  });

  test("where both have an item with another dose, it is told and mine counts", () => {
    const mine = builder.document;
    put(bridge, "a");
    const base = builder.document;
    const changed = {
      ...base,
      plan: { ...base.plan, items: base.plan.items.map((item) => ({ ...item, phases: ["p4"] })) },
    };
    expect(differencesOf(base, changed).different.map(({ slug }) => slug)).toEqual(["bridge"]);
    expect(differencesOf(base, base)).toEqual({ onlyMine: [], onlyTheirs: [], different: [] });
    expect(together(base, changed).plan.items.map(({ phases }) => phases)).toEqual([["p3"]]);
    expect(together(mine, base).plan.items.map(({ slug }) => slug)).toEqual(["bridge"]);
  });
});

describe("what the server did not take", () => {
  test("is there to be kept on this computer until it is saved", async () => {
    expect(builder.unsaved).toBeNull();
    server.refusal = { status: 503, code: "unavailable" };
    put(bridge, "a");
    await pause();
    const left = builder.unsaved!;
    expect([builder.save, left.document.plan.items.length]).toEqual(["failed", 1]);
    server.refusal = null;
    const again = new Builder("patient", server.view(), phases);
    again.restore(left);
    await pause();
    expect([again.save, again.unsaved, server.draft?.prescriptions?.length]).toEqual(["saved", null, 1]);
  });

  test("is beside what a colleague saved since, when it was made from an older version", async () => {
    server.refusal = { status: 503, code: "unavailable" };
    put(bridge, "a");
    await pause();
    const [left, base] = [builder.unsaved!, builder.base];
    server.refusal = null;
    const other = new Builder("patient", server.view(), phases);
    other.plan((plan) => add(plan, walk, "p3", "b"));
    await pause();
    builder = new Builder("patient", server.view(), phases);
    expect(builder.base).not.toBe(base);
    builder.meet(left);
    expect([builder.conflict, slugs(), builder.theirs?.plan.items.map(({ slug }) => slug)]).toEqual([
      "draft",
      ["bridge"],
      ["easy-walk"],
    ]);
  });
});

describe("publishing", () => {
  test("sends what waits first, then starts clean from what was published", async () => {
    put(bridge, "a");
    expect(await builder.publish({ en: "New", es: "Nuevo" })).toBe(true);
    expect(server.sent).toEqual(["PUT program/draft", "POST program/revisions", "GET program"]);
    expect([builder.save, builder.canUndo, builder.document.plan.items[0]?.id]).toEqual(["clean", false, "p1"]);
  });
});
