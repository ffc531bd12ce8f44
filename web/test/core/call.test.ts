import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";

import type { Answer, Device } from "../../src/core/api";
import { call, noteSignIn, onSignedOut, Problem } from "../../src/core/call";

afterEach(() => vi.unstubAllGlobals());

function answering(response: Response | Error): ReturnType<typeof vi.fn> {
  const fetched = vi.fn(() =>
    response instanceof Error ? Promise.reject(response) : Promise.resolve(response.clone()),
  );
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

function problemJson(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

async function failure(): Promise<Problem> {
  return await call("GET /api/me").then(
    () => expect.unreachable(),
    (error: unknown) => error as Problem,
  );
}

describe("a request", () => {
  test("carries JSON and says so only when there is some", async () => {
    const fetched = answering(new Response("{}"));
    await call("PATCH /api/me", { body: { language: "es" } });
    expect(fetched.mock.calls[0]![1]).toMatchObject({
      method: "PATCH",
      body: '{"language":"es"}',
      headers: { "content-type": "application/json" },
    });
    await call("GET /api/me");
    expect((fetched.mock.calls[1]![1] as RequestInit).headers).not.toHaveProperty("content-type");
  });

  test("answers with nothing on 204", async () => {
    answering(new Response(null, { status: 204 }));
    expect(await call("DELETE /api/me/sign-in")).toBeUndefined();
  });

  test("puts values into a path so that none of them can leave its place", async () => {
    const fetched = answering(new Response("{}"));
    await call("GET /api/patients/{patient_id}/today", { path: { patient_id: "../staff?x#y" } });
    expect(fetched.mock.calls[0]![0]).toBe("/api/patients/..%2Fstaff%3Fx%23y/today");
  });

  test("puts values into a query so that none of them adds another", async () => {
    const fetched = answering(new Response("[]"));
    await call("GET /api/me/checkins", { query: { from: "2026-03-01&to=x", to: "2026-03-02" } });
    expect(fetched.mock.calls[0]![0]).toBe("/api/me/checkins?from=2026-03-01%26to%3Dx&to=2026-03-02");
  });

  test("is checked against the server's description by the compiler", () => {
    const wrong = () => [
      // @ts-expect-error no such route
      call("GET /api/me/pets"),
      // @ts-expect-error no such method there
      call("DELETE /api/me"),
      // @ts-expect-error the path needs a value
      call("GET /api/patients/{patient_id}"),
      // @ts-expect-error the path needs another value
      call("GET /api/patients/{patient_id}", { path: { id: "x" } }),
      // @ts-expect-error the body is missing
      call("PATCH /api/me"),
      // @ts-expect-error no such language
      call("PATCH /api/me", { body: { language: "fr" } }),
      // @ts-expect-error no such query
      call("GET /api/me/checkins", { query: { since: "2026-03-01" } }),
      // @ts-expect-error the query is required
      call("GET /api/patients/{patient_id}/program/proposal", { path: { patient_id: "x" } }),
    ];
    expect(wrong).toBeTypeOf("function");
  });

  test("has the answer that the server describes", () => {
    expectTypeOf(call<"GET /api/me/devices">).returns.resolves.toEqualTypeOf<Device[]>();
    expectTypeOf(call<"POST /api/patients">).returns.resolves.toEqualTypeOf<Answer<"PatientDetails">>();
    expectTypeOf(call<"DELETE /api/me/sign-in">).returns.resolves.toBeUndefined();
  });
});

describe("a failure", () => {
  test("says what the server said", async () => {
    answering(problemJson(400, { title: "No", code: "day-closed", detail: "Too old.", field: "day" }));
    expect(await failure()).toMatchObject({
      status: 400,
      code: "day-closed",
      message: "No",
      detail: "Too old.",
      field: "day",
    });
  });

  test("without a network, and with an answer that is not ours, is 'offline'", async () => {
    answering(new TypeError("Failed to fetch"));
    expect(await failure()).toMatchObject({ status: 0, code: "offline", offline: true });
    answering(new Response("<html>Hotel Wi-Fi</html>", { status: 200 }));
    expect(await failure()).toMatchObject({ status: 0, code: "offline" });
  });

  test("comes also when the server never answers", async () => {
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      expect(ms).toBeLessThanOrEqual(30_000);
      return AbortSignal.abort(new DOMException("Too slow", "TimeoutError"));
    });
    vi.stubGlobal("fetch", (_path: string, { signal }: RequestInit) => Promise.reject(signal!.reason as DOMException));
    expect(await failure()).toMatchObject({ status: 0, code: "timeout" });
    vi.restoreAllMocks();
  });

  test("of a slow server is a timeout", async () => {
    answering(new DOMException("Too slow", "TimeoutError"));
    expect(await failure()).toMatchObject({ status: 0, code: "timeout" });
  });

  test("from something in between keeps its status", async () => {
    answering(new Response("Bad gateway", { status: 502 }));
    expect(await failure()).toMatchObject({ status: 502, code: "http-502" });
  });

  test("hands Retry-After on, in seconds or as a date", async () => {
    answering(problemJson(503, { code: "unavailable" }, { "retry-after": "7" }));
    expect((await failure()).retryAfterMs).toBe(7000);
    answering(
      problemJson(503, { code: "unavailable" }, { "retry-after": new Date(Date.now() + 60_000).toUTCString() }),
    );
    expect((await failure()).retryAfterMs).toBeGreaterThan(50_000);
  });

  test("of a lost sign-in reaches the listeners, a wrong password does not", async () => {
    const listener = vi.fn();
    const stop = onSignedOut(listener);
    answering(problemJson(401, { code: "sign-in-refused" }));
    await failure();
    expect(listener).not.toHaveBeenCalled();
    answering(problemJson(401, { code: "not-signed-in" }));
    await failure();
    expect(listener).toHaveBeenCalledOnce();
    stop();
  });

  test("of a lost sign-in is no news when the device has signed in since the request", async () => {
    const listener = vi.fn();
    const stop = onSignedOut(listener);
    let refuse: (response: Response) => void = () => undefined;
    vi.stubGlobal("fetch", () => new Promise((resolve) => (refuse = resolve)));
    const late = failure();
    noteSignIn();
    refuse(problemJson(401, { code: "not-signed-in" }));
    expect((await late).signedOut).toBe(true);
    expect(listener).not.toHaveBeenCalled();
    stop();
  });
});
