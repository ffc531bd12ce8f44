/** Pushes and their receipts, for the two service workers. */

import type { AnswerTo, Body, Route } from "../core/api";

export type Push = {
  notification?: { title: string; body?: string; lang?: string; navigate?: string; tag?: string; silent?: boolean };
  app_badge?: number;
  receipt?: string;
};

const retryMs = 3_000;

/** A push that cannot be read still shows a notification: a silent one would cost the permission. */
export function read(data: PushMessageData | null): Push {
  try {
    return (data?.json() as Push | undefined) ?? {};
  } catch {
    return {};
  }
}

/** Receipts wait in a cache of their own until the server has taken them. */
export function receipts(cache: string): {
  report: (event: "shown" | "opened", token: string | undefined) => Promise<void>;
  send: () => Promise<void>;
} {
  let sending = Promise.resolve();

  async function report(event: "shown" | "opened", token: string | undefined): Promise<void> {
    if (!token) return;
    const waiting = await caches.open(cache);
    const receipt: Body<"Receipt"> = { token, event, at: new Date().toISOString() };
    await waiting.put(`/${event}/${encodeURIComponent(token)}`, new Response(JSON.stringify(receipt)));
    await send();
  }

  /** One run after the other, so that none sends what another is sending. */
  const send = (): Promise<void> => (sending = sending.then(sendPatiently, sendPatiently));

  /** A network that has only just come back may fail once more; what fails again waits for the next occasion. */
  const sendPatiently = (): Promise<void> =>
    sendWaiting().catch(() => new Promise((resolve) => setTimeout(resolve, retryMs)).then(sendWaiting));

  async function sendWaiting(): Promise<void> {
    const waiting = await caches.open(cache);
    for (const request of await waiting.keys()) {
      const body = await (await waiting.match(request))?.text();
      const { status } = await ask("POST /api/receipts", body ?? "");
      if (status < 500 && status !== 429) await waiting.delete(request);
    }
  }

  return { report, send };
}

/** Calls a route. `json` has the type of the server's description, at any status. */
export function ask<R extends Route>(
  route: R,
  body?: string,
): Promise<Omit<Response, "json"> & { json(): Promise<AnswerTo<R>> }> {
  const [method, path] = route.split(" ") as [string, string];
  return fetch(path, { method, ...(body && { headers: { "content-type": "application/json" }, body }) });
}
