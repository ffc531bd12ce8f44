import { describe, expect, test } from "vitest";
import {
  blank,
  copyOf,
  decisionsFor,
  entryOf,
  faultsOf,
  type NeedlingForm,
  scoreOf,
} from "../../src/console/model/needling";
import type { NeedlingSession, ScreenItem } from "../../src/console/wire";

const now = new Date(2026, 2, 2, 10, 40);
const text = { en: "", es: "" };
const screen: ScreenItem[] = [
  { slug: "no-consent", level: "absolute", text },
  { slug: "anticoagulant", level: "relative", text },
];
const ready: NeedlingForm = {
  ...blank(now),
  asked: true,
  sites: [{ muscle: "multifidus", side: "left", technique: "pistoning", twitch: true }],
  painBefore: "6",
  painAfter: "0",
};
const codes = (form: NeedlingForm) => faultsOf(form, screen, now).map(({ code }) => code);

describe("the needling form", () => {
  test("starts with a session of a quarter of an hour that has just ended", () => {
    expect(blank(now)).toMatchObject({ day: "2026-03-02", start: "10:25", end: "10:40", asked: false });
  });

  test("is ready with a screen, a muscle and its side", () => {
    expect(codes(ready)).toEqual([]);
  });

  test("sends instants, scores and null for what was not asked; zero is a score", () => {
    const entry = entryOf({ ...ready, painBefore: "", note: "  calm  " });
    expect(entry).toMatchObject({ painBefore: null, painAfter: 0, note: "calm" });
    expect(Date.parse(entry.endedAt) - Date.parse(entry.startedAt)).toBe(15 * 60_000);
    expect(entry.screen).toEqual({ present: [], decision: "go-ahead", reason: "" });
  });

  test("says everything that is missing at once", () => {
    expect(codes({ ...blank(now), painBefore: "11", start: "11:00" })).toEqual([
      "not-asked",
      "no-sites",
      "pain",
      "end-before-start",
    ]);
  });

  test("a muscle needs its side", () => {
    const sites = [...ready.sites, { muscle: "iliopsoas", side: null, technique: "pistoning", twitch: null } as const];
    expect(faultsOf({ ...ready, sites }, screen, now)).toEqual([{ code: "side", at: 1 }]);
  });

  test("the same muscle, side and technique stand once", () => {
    const site = ready.sites[0]!;
    expect(codes({ ...ready, sites: [site, { ...site, twitch: null }] })).toEqual(["twice"]);
    expect(codes({ ...ready, sites: [site, { ...site, side: "right" }] })).toEqual([]);
  });

  test("a relative contraindication needs a reason to go ahead", () => {
    const form = { ...ready, present: ["anticoagulant"] };
    expect(codes(form)).toEqual(["no-reason"]);
    expect(codes({ ...form, reason: "superficial only" })).toEqual([]);
    expect(codes({ ...form, decision: "do-not-needle" })).toEqual([]);
  });

  test("an absolute contraindication leaves one decision, and no muscles are sent", () => {
    const form = { ...ready, present: ["no-consent"] };
    expect(decisionsFor(form.present, screen)).toEqual(["do-not-needle"]);
    expect(codes(form)).toEqual(["absolute"]);
    const stopped = { ...form, decision: "do-not-needle" as const };
    expect(codes(stopped)).toEqual([]);
    expect(entryOf(stopped).muscles).toEqual([]);
  });

  test("a session that still goes on may end within the hour", () => {
    expect(codes({ ...ready, end: "11:40" })).toEqual([]);
    expect(codes({ ...ready, end: "11:41" })).toEqual(["future"]);
    expect(codes({ ...ready, end: ready.start })).toEqual(["end-before-start"]);
    expect(codes({ ...ready, end: "" })).toEqual(["time"]);
  });

  test("copying the last session takes muscles and techniques, not its twitches, pain or screen", () => {
    const last = {
      muscles: [{ muscle: "iliopsoas", side: "right", technique: "in-situ", twitch: true }],
      coInterventions: ["heat"],
      painBefore: 7,
      screen: { present: ["anticoagulant"], decision: "adapt", reason: "x" },
    } as unknown as NeedlingSession;
    expect(copyOf(last, blank(now))).toEqual({
      ...blank(now),
      sites: [{ muscle: "iliopsoas", side: "right", technique: "in-situ", twitch: null }],
      coInterventions: ["heat"],
    });
  });

  test("a score is a whole number from 0 to 10", () => {
    expect(["", " 7 ", "10", "11", "-1", "3.5"].map(scoreOf)).toEqual([null, 7, 10, undefined, undefined, undefined]);
  });
});
