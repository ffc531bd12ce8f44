import { describe, expect, test } from "vitest";
import {
  allNo,
  answer,
  blank,
  checkOf,
  copyOf,
  decisionAfter,
  decisionOf,
  entryOf,
  faultsOf,
  isAnswered,
  letters,
  type NeedlingForm,
  scoreOf,
  worst,
} from "../../src/console/model/needling";
import type {
  NeedlingFinding,
  NeedlingPreview,
  NeedlingRules,
  NeedlingSession,
  Prefilled,
} from "../../src/console/wire";

const now = new Date(2026, 2, 2, 10, 40);
const text = { en: "", es: "" };
const item = (slug: string, group: string, asks: "site" | null = null) =>
  ({ slug, group, asks, text, basis: "", review: "draft" }) as const;
const rules = {
  screen: [item("no-consent", "today"), item("anticoagulant", "health"), item("implant", "today", "site")],
  record: { reasonLetters: 15 },
} as unknown as NeedlingRules;
const noes = { "no-consent": answer("no"), anticoagulant: answer("no"), implant: answer("no") };
const ready: NeedlingForm = {
  ...blank(now),
  answers: noes,
  sites: [{ muscle: "multifidus", side: "left", technique: "pistoning", twitch: true }],
  painBefore: "6",
  painAfter: "0",
};
const finds = (...effects: NeedlingFinding["effect"][]) =>
  ({
    findings: effects.map((effect) => ({ effect })),
    unanswered: [],
    outcome: effects.includes("stop") ? "stop" : "go",
  }) as unknown as NeedlingPreview;
const codes = (form: NeedlingForm, preview = finds()) => faultsOf(form, rules, preview, now).map(({ code }) => code);
const reason = "Pressure for two minutes";

describe("the needling form", () => {
  test("starts with a session of a quarter of an hour that has just ended", () => {
    expect(blank(now)).toMatchObject({ day: "2026-03-02", start: "10:25", end: "10:40", answers: {} });
  });

  test("is ready with a screen, a muscle and its side", () => {
    expect(codes(ready)).toEqual([]);
  });

  test("sends instants, scores and null for what was not asked; zero is a score", () => {
    const entry = entryOf({ ...ready, painBefore: "", note: "  calm  " }, finds());
    expect(entry).toMatchObject({ painBefore: null, painAfter: 0, note: "calm", despiteStop: null, checkId: null });
    expect(Date.parse(entry.endedAt) - Date.parse(entry.startedAt)).toBe(15 * 60_000);
    expect(entry.screen).toMatchObject({ answers: noes, decision: "go-ahead", reason: "" });
  });

  test("says everything that is missing at once", () => {
    expect(codes({ ...blank(now), painBefore: "11", start: "11:00" })).toEqual([
      "not-asked",
      "no-sites",
      "pain",
      "end-before-start",
    ]);
  });

  test("a muscle needs its side, and is asked about only with one", () => {
    const sites = [...ready.sites, { muscle: "iliopsoas", side: null, technique: "pistoning", twitch: null } as const];
    expect(faultsOf({ ...ready, sites }, rules, finds(), now)).toEqual([{ code: "side", at: 1 }]);
    expect(checkOf({ ...ready, sites }).muscles.map(({ muscle }) => muscle)).toEqual(["multifidus"]);
  });

  test("the same muscle, side and technique stand once", () => {
    const site = ready.sites[0]!;
    expect(codes({ ...ready, sites: [site, { ...site, twitch: null }] })).toEqual(["twice"]);
    expect(codes({ ...ready, sites: [site, { ...site, side: "right" }] })).toEqual([]);
  });

  test("a yes about a site is answered once it says where", () => {
    const implant = rules.screen[2]!;
    expect(isAnswered(implant, { implant: answer("yes") })).toBe(false);
    expect(isAnswered(implant, { implant: answer("yes", { atSite: false }) })).toBe(true);
    expect(isAnswered(implant, { implant: answer("not-known") })).toBe(true);
  });

  test("all no answers what is open in its group, but not what the patient said", () => {
    const earlier = [{ item: "implant" }] as Prefilled[];
    expect(allNo("today", rules.screen, {}, [])).toEqual({ "no-consent": answer("no"), implant: answer("no") });
    expect(allNo("today", rules.screen, {}, earlier)).toEqual({ "no-consent": answer("no") });
    const yes = { "no-consent": answer("yes") };
    expect(allNo("today", rules.screen, yes, earlier)).toEqual(yes);
  });

  test("an override needs a reason of fifteen letters to go ahead", () => {
    expect(codes(ready, finds("note", "override"))).toEqual(["no-reason"]);
    expect(codes({ ...ready, reason: "ok" }, finds("override"))).toEqual(["no-reason"]);
    expect(codes({ ...ready, reason }, finds("override"))).toEqual([]);
    expect(codes(ready, finds("note"))).toEqual([]);
    expect([letters("1234 ñ á"), letters("")]).toEqual([2, 0]);
  });

  test("an adapted session says how", () => {
    expect(codes({ ...ready, decision: "adapt" })).toEqual(["adapted"]);
    expect(codes({ ...ready, decision: "adapt", reason: "fewer" })).toEqual([]);
  });

  test("a stop leaves not needling, or a record that says why it took place", () => {
    const stop = finds("note", "stop", "override");
    expect(worst(stop.findings)).toBe("stop");
    expect(codes({ ...ready, reason }, stop)).toEqual(["stop"]);
    expect(codes({ ...ready, despiteStop: "" }, stop)).toEqual(["despite"]);
    expect(codes({ ...ready, despiteStop: reason }, stop)).toEqual([]);
    const stopped = { ...ready, answers: {}, decision: "do-not-needle" as const, despiteStop: reason };
    expect(codes(stopped, stop)).toEqual([]);
    expect(entryOf(stopped, stop)).toMatchObject({ muscles: [], despiteStop: null });
  });

  test("nothing is decided before the rules have answered, nor while one of them says stop", () => {
    const stop = finds("note", "stop");
    expect(decisionOf(ready, undefined)).toBeNull();
    expect(faultsOf(ready, rules, undefined, now)).toEqual([{ code: "undecided" }]);
    expect(decisionOf(ready, { ...finds(), outcome: "stop", unanswered: ["implant"] })).toBeNull();
    expect(decisionOf(ready, stop)).toBeNull();
    expect(decisionOf({ ...ready, despiteStop: "" }, stop)).toBe("go-ahead");
    expect(decisionOf(ready, finds("override"))).toBe("go-ahead");
    expect(decisionOf({ ...ready, decision: "adapt" }, finds())).toBe("adapt");
  });

  test("a rule that begins to say stop takes the decision back, unless it was not to needle", () => {
    const stop = finds("stop");
    expect(decisionAfter({ ...ready, decision: "adapt" }, finds(), stop)).toBeNull();
    expect(decisionAfter({ ...ready, decision: "adapt" }, undefined, stop)).toBeNull();
    expect(decisionAfter({ ...ready, decision: "adapt" }, stop, stop)).toBe("adapt");
    expect(decisionAfter({ ...ready, decision: "adapt" }, stop, finds())).toBe("adapt");
    expect(decisionAfter({ ...ready, decision: "do-not-needle" }, finds(), stop)).toBe("do-not-needle");
  });

  test("the reason for a session despite a stop counts while a rule says stop", () => {
    const despite = { ...ready, despiteStop: reason };
    expect(entryOf(despite, finds("stop")).despiteStop).toBe(reason);
    expect(entryOf(despite, finds()).despiteStop).toBeNull();
    expect(codes(despite, finds("override"))).toEqual(["no-reason"]);
  });

  test("a session that still goes on may end within the hour", () => {
    expect(codes({ ...ready, end: "11:40" })).toEqual([]);
    expect(codes({ ...ready, end: "11:41" })).toEqual(["future"]);
    expect(codes({ ...ready, end: ready.start })).toEqual(["end-before-start"]);
    expect(codes({ ...ready, end: "" })).toEqual(["time"]);
  });

  test("copying the last session takes muscles and techniques, not its twitches, pain or screen", () => {
    const last = {
      muscles: [
        { muscle: "iliopsoas", side: "right", technique: "in-situ", twitch: true },
        { muscle: "multifidus", side: "middle", technique: "in-situ", twitch: true },
      ],
      coInterventions: ["heat"],
      painBefore: 7,
      screen: { answers: noes, decision: "adapt", reason: "x" },
    } as unknown as NeedlingSession;
    expect(copyOf(last, blank(now))).toEqual({
      ...blank(now),
      sites: [
        { muscle: "iliopsoas", side: "right", technique: "in-situ", twitch: null },
        { muscle: "multifidus", side: null, technique: "in-situ", twitch: null },
      ],
      coInterventions: ["heat"],
    });
  });

  test("a score is a whole number from 0 to 10", () => {
    expect(["", " 7 ", "10", "11", "-1", "3.5"].map(scoreOf)).toEqual([null, 7, 10, undefined, undefined, undefined]);
  });
});
