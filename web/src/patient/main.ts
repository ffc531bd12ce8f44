import { mount } from "svelte";

import { currentRoute, go } from "../core/router";
import { awaitPaint } from "../ui/paint.svelte";
import "../ui/tokens.css";
import App from "./App.svelte";
import { home } from "./home.svelte";
import { invitation, preview } from "./invitation";
import "./patient.css";
import { pages } from "./routes";
import { newestFirst, startWorker } from "./worker.svelte";

/** How long the first screen may wait for its file and this phone's copies before it says that it is loading. */
const patienceMs = 500;

const token = invitation(); // before anything is drawn, so that the token does not stay in the address
const read = home.start(); // while it is found out which version is to begin
void newestFirst()
  .catch(() => undefined)
  .then(begin);

async function begin(): Promise<void> {
  if (token) void preview(token).catch(() => undefined); // its screen will want to know, and is still on its way
  const screen = pages[currentRoute()[0] ?? "today"]?.();
  await Promise.race([Promise.allSettled([read, screen]), new Promise((late) => setTimeout(late, patienceMs))]);
  mount(App, { target: document.getElementById("app")! });
  await awaitPaint();
  void read.then(() => home.startTalking());
  void startWorker(heardFromWorker).catch(() => undefined);
}

function heardFromWorker(message: unknown): void {
  if (message === "subscription changed") void home.rearm();
  const navigate = (message as { navigate?: unknown } | null)?.navigate;
  if (typeof navigate === "string") go(...new URL(navigate, location.href).hash.replace(/^#\//, "").split("/"));
}
