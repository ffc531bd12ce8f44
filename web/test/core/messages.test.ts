import { describe, expect, test } from "vitest";

import type { Message, Thread } from "../../src/core/api";
import type { Row } from "../../src/core/entry";
import { isUnread, messageOutboxEntry, shownMessages } from "../../src/core/messages";

const at = "2026-03-02T15:00:00Z";

function message(given: Partial<Message>): Message {
  return {
    id: "m1",
    kind: "message",
    by: "patient",
    author: null,
    mine: true,
    words: "Left thigh.",
    day: null,
    version: 1,
    writtenAt: at,
    statedAt: at,
    receivedAt: at,
    editedAt: null,
    earlier: [],
    readAt: null,
    readBy: null,
    answeredAt: null,
    answeredBy: null,
    settledAt: null,
    settledBy: null,
    waitsSince: at,
    ...given,
  };
}

const thread = (...messages: Message[]): Thread => ({
  messages,
  hasEarlier: false,
  open: true,
  waitsSince: null,
  overdue: false,
});

function waiting(words: string, id = "m1"): Row {
  return { ...messageOutboxEntry(id, { words, writtenAt: "2026-03-02T16:00:00Z" }), savedAt: 0 };
}

describe("the state of a message", () => {
  test.each([
    [{}, "sent"],
    [{ readAt: at, readBy: "Therapist Example" }, "read"],
    [{ readAt: at, answeredAt: at }, "answered"],
    [{ by: "staff" as const }, undefined],
  ])("%j is %s", (given, state) => {
    expect(shownMessages(thread(message(given)), []).map((one) => one.state)).toEqual([state]);
  });

  test("one that only this phone has is on this phone", () => {
    const [shown] = shownMessages(undefined, [waiting("New.")]);
    expect([shown?.words, shown?.state, shown?.edited]).toEqual(["New.", "here", false]);
  });

  test("an edit that waits is on this phone, although the version before it was read and answered", () => {
    const known = thread(message({ readAt: at, answeredAt: at }));
    const [shown, ...others] = shownMessages(known, [waiting("Right thigh.")]);
    expect([shown?.words, shown?.state, shown?.edited, shown?.at, others]).toEqual([
      "Right thigh.",
      "here",
      true,
      at,
      [],
    ]);
  });

  test("one that the server refused is not sent", () => {
    const refused = { ...waiting("Late."), refused: { status: 409, code: "messages-closed", title: "Call." } };
    expect(shownMessages(undefined, [refused]).map((one) => one.state)).toEqual(["refused"]);
  });
});

describe("the note of a check-in", () => {
  const note = (words?: string): Row =>
    ({
      kind: "checkin",
      key: "checkin/2026-03-02",
      method: "PUT",
      path: "/api/me/checkins/2026-03-02",
      body: { answeredAt: "2026-03-02T17:00:00Z", ...(words && { note: words }) },
      savedAt: 0,
    }) as unknown as Row;

  test("is in the thread while it waits", () => {
    const [shown] = shownMessages(thread(), [note("Slept badly.")]);
    expect([shown?.kind, shown?.day, shown?.words, shown?.state]).toEqual([
      "note",
      "2026-03-02",
      "Slept badly.",
      "here",
    ]);
  });

  test("takes the place of the one that the server has, unless it is the same", () => {
    const kept = message({
      id: "note-2026-03-02",
      kind: "note",
      day: "2026-03-02",
      mine: false,
      words: "Slept badly.",
    });
    expect(shownMessages(thread(kept), [note("Slept well.")]).map((one) => one.words)).toEqual(["Slept well."]);
    expect(shownMessages(thread(kept), [note("Slept badly.")]).map((one) => one.state)).toEqual(["sent"]);
  });

  test("a check-in without one is in no thread", () => {
    expect(shownMessages(thread(), [note()])).toEqual([]);
  });
});

test("messages are by time, those of two sides together", () => {
  const later = message({ id: "a1", by: "staff", author: "Therapist Example", writtenAt: "2026-03-02T15:30:00Z" });
  expect(shownMessages(thread(later, message({})), [waiting("Last.", "m2")]).map(({ id }) => id)).toEqual([
    "m1",
    "a1",
    "m2",
  ]);
});

test("only a message of staff without a read mark is unread", () => {
  expect(isUnread(message({ by: "staff" }))).toBe(true);
  expect(isUnread(message({ by: "staff", readAt: at }))).toBe(false);
  expect(isUnread(message({}))).toBe(false);
});
