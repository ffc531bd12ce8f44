/** The one place that speaks HTTP: JSON in, JSON out, and every failure a Problem. */

import type { AnswerTo, paths, Prepared, RequestTo, Route } from "./api";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type Reason = { readonly path: string; readonly code: string; readonly values: readonly string[] };

/** Anything but a 2xx: the server's problem+json, or (status 0) no answer at all. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    /** HTTP status; 0 when no answer came (offline, timeout, aborted). */
    readonly status: number,
    /** The stable code of docs/errors.md; "offline" or "timeout" for status 0. */
    readonly code: string,
    title: string,
    readonly detail: string | undefined = undefined,
    /** The path of the field that was refused, for example "regions.0.side". */
    readonly field: string | undefined = undefined,
    readonly retryAfterMs: number | undefined = undefined,
    /** Every reason by itself, where there are several. */
    readonly reasons: readonly Reason[] = [],
  ) {
    super(title);
  }

  get offline(): boolean {
    return this.status === 0;
  }

  get signedOut(): boolean {
    return this.status === 401;
  }
}

const timeoutMs = 20_000;
const signedOutListeners = new Set<() => void>();
let confirmIdentity: (() => Promise<boolean>) | undefined;
let signIns = 0;

/** Calls back whenever the server says that this device is not signed in, or not wholly. Returns the way to stop. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** Notes that this device has signed in: a refusal of an earlier request, however late, does not end the new sign-in. */
export function noteSignIn(): void {
  signIns += 1;
}

/**
 * Sets the way in which a person confirms who they are, where a route asks for it ("confirm-identity"). The refused
 * request is sent again once it resolves to true; else the refusal is thrown as any other problem.
 */
export function onConfirmIdentity(confirm: () => Promise<boolean>): void {
  confirmIdentity = confirm;
}

/**
 * Asks the server: `call("PUT /api/me/reminders/{reminder_id}", { path: { reminder_id }, body })`. The decoded answer,
 * undefined for 204. Throws Problem, never anything else.
 */
export async function call<R extends Route>(route: R, ...[parts]: Given<R>): Promise<AnswerTo<R>> {
  const { path, query, body } = (parts ?? {}) as Parts;
  const [method, template] = route.split(" ") as [Method, string];
  const filled = template.replace(/{(\w+)}/g, (_, name: string) => encodeURIComponent(path![name]!));
  return await request(method, query ? `${filled}?${new URLSearchParams(query)}` : filled, body);
}

/** A route that needs nothing to be told is called by its name alone. */
type Given<R extends Route> = object extends RequestTo<R> ? [parts?: RequestTo<R>] : [parts: RequestTo<R>];
type Parts = { path?: Record<string, string | number>; query?: Record<string, string>; body?: unknown };

/** Asks for an answer that has an ETag: without it when it still is the one of `tag`. Throws as `call` does. */
export async function callTagged<R extends Route>(
  route: R,
  tag: string | undefined,
): Promise<{ answer: AnswerTo<R> | undefined; tag: string | undefined }> {
  const response = await accepted("GET", route.slice("GET ".length), undefined, tag);
  const unchanged = tag !== undefined && response.status === 304;
  return {
    answer: unchanged ? undefined : await decoded<AnswerTo<R>>(response),
    tag: unchanged ? tag : (response.headers.get("etag") ?? undefined),
  };
}

/** Sends a request that was made before, as `call` does. */
export async function send<R extends Route>({ method, path, body }: Prepared<R>): Promise<AnswerTo<R>> {
  return await request(method, path, body);
}

async function request<T>(method: Method, path: string, body: unknown): Promise<T> {
  return await decoded<T>(await accepted(method, path, body));
}

/** The answer to a request: 2xx, or 304 where a tag was sent. A request that is to be confirmed first is sent again. */
async function accepted(method: Method, path: string, body: unknown, tag?: string): Promise<Response> {
  const asked = signIns;
  const response = await answer(method, path, body, tag);
  if (response.ok || (tag !== undefined && response.status === 304)) return response;
  const refusal = await problem(response);
  if (asked === signIns && (refusal.code === "not-signed-in" || refusal.code === "second-factor-needed"))
    for (const listener of signedOutListeners) listener();
  if (refusal.code === "confirm-identity" && (await confirmIdentity?.())) return accepted(method, path, body, tag);
  throw refusal;
}

async function decoded<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    // A 200 that is not JSON is a captive portal or a proxy, not our server.
    throw new Problem(0, "offline", "No answer from the server.");
  }
}

/** Fetches a file as it is. Throws Problem, never anything else. */
export async function file(path: keyof paths): Promise<Blob> {
  return await (await accepted("GET", path, undefined)).blob();
}

async function answer(method: Method, path: string, body: unknown, tag?: string): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: "same-origin",
      headers: {
        ...(body === undefined ? { accept: "application/json" } : jsonHeaders),
        ...(tag === undefined ? {} : { "if-none-match": tag }),
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    throw new Problem(0, timedOut ? "timeout" : "offline", "No answer from the server.");
  }
}

const jsonHeaders = { accept: "application/json", "content-type": "application/json" };

async function problem(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const code = text(body["code"]) ?? `http-${response.status}`;
  const title = text(body["title"]) ?? response.statusText;
  const reasons = (body["reasons"] ?? []) as Reason[];
  const [detail, field] = [text(body["detail"]), text(body["field"])];
  return new Problem(response.status, code, title, detail, field, retryAfter(response), reasons);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function retryAfter(response: Response): number | undefined {
  const header = response.headers.get("retry-after");
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
