import { expect, test } from "vitest";

import type { Message } from "../../src/core/api";
import { joined } from "../../src/core/pages";

const message = (id: string, writtenAt: string, words = ""): Message =>
  ({ id, writtenAt, receivedAt: writtenAt, words }) as Message;

test("pages are joined by time, and what was read later counts", () => {
  const first = message("b", "2026-03-02T15:00:00Z");
  const second = message("a", "2026-03-02T15:00:00.500Z", "before");
  const edited = message("a", "2026-03-02T15:00:00.500Z", "after");
  const twin = message("c", "2026-03-02T15:00:00Z");
  expect(joined([second, first], [twin, edited]).map(({ id, words }) => [id, words])).toEqual([
    ["b", ""],
    ["c", ""],
    ["a", "after"],
  ]);
});
