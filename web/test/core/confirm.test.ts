import { afterEach, expect, test, vi } from "vitest";

import { call, onConfirmIdentity } from "../../src/core/call";

const body = { givenName: "Ana" } as never;
let sent: unknown[] = [];
let refusals = 0;

function serve(): void {
  vi.stubGlobal("fetch", (path: string, { method, body }: RequestInit) => {
    sent.push([method, path, body]);
    const refused = refusals-- > 0;
    const answer = refused ? { code: "confirm-identity", title: "Confirm" } : { id: "p" };
    return Promise.resolve(new Response(JSON.stringify(answer), { status: refused ? 403 : 200 }));
  });
}

afterEach(() => {
  sent = [];
  onConfirmIdentity(() => Promise.resolve(false));
  vi.unstubAllGlobals();
});

test("a request that is to be confirmed is sent again as it was, once the person has confirmed", async () => {
  serve();
  refusals = 1;
  onConfirmIdentity(() => Promise.resolve(true));
  expect(await call("POST /api/patients", { body })).toEqual({ id: "p" });
  expect(sent).toHaveLength(2);
  expect(sent[0]).toEqual(sent[1]);
});

test("a person who does not confirm gets the refusal, and nothing is sent again", async () => {
  serve();
  refusals = 1;
  onConfirmIdentity(() => Promise.resolve(false));
  await expect(call("POST /api/patients", { body })).rejects.toMatchObject({ status: 403, code: "confirm-identity" });
  expect(sent).toHaveLength(1);
});

test("a confirmation that is too old by the second try is asked for again", async () => {
  serve();
  refusals = 2;
  const confirm = vi.fn(() => Promise.resolve(true));
  onConfirmIdentity(confirm);
  await call("POST /api/patients", { body });
  expect(confirm).toHaveBeenCalledTimes(2);
});
