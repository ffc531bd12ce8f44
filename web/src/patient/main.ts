import { mount } from "svelte";

import { dayName, localDay } from "../core/dates";
import { currentRoute, go } from "../core/router";
import { language } from "../ui/language.svelte";
import { awaitPaint } from "../ui/paint.svelte";
import { ignoreSecondTaps } from "../ui/taps";
import "../ui/tokens.css";
import App from "./App.svelte";
import { home } from "./home.svelte";
import { invitation, preview } from "./invitation";
import "./patient.css";
import { type Opened, pages } from "./routes";
import { newestFirst, startWorker } from "./worker.svelte";

/** Longest wait of the first screen for its file and this phone's copies before it says that it is loading. */
const patienceMs = 500;

const token = invitation(); // before anything is drawn, so that the token does not stay in the address
const read = home.start(); // while it is found out which version is to begin
if (!token) setTimeout(() => dayName(localDay(new Date()), language.current)); // slow the first time, and now is a time to wait
void newestFirst()
  .catch(() => undefined)
  .then(begin);

async function begin(): Promise<void> {
  if (token) void preview(token).catch(() => undefined); // its screen will want to know, and is still on its way
  const there = Promise.all([openedFirst(), read]).then(([screen]) => screen);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patienceMs));
  const first = await Promise.race([there.catch(() => undefined), late]);
  ignoreSecondTaps(document);
  mount(App, { target: document.getElementById("app")!, props: { first } });
  await awaitPaint();
  void read.then(() => home.startTalking()).then(readAhead);
  void startWorker(heardFromWorker).catch(() => undefined);
}

/** The screens that are opened most often open without waiting for their file. */
function readAhead(): void {
  if (!home.me) return;
  for (const name of ["checkin", "play"]) void pages[name]?.().catch(() => undefined);
}

/** The screen that the address names, unless it is today, which needs no file of its own. */
async function openedFirst(): Promise<Opened | undefined> {
  const name = currentRoute()[0] ?? "today";
  const page = await pages[name]?.();
  return page && { name, Page: page.default };
}

function heardFromWorker(message: unknown): void {
  if (message === "subscription changed") void home.rearm();
  const navigate = (message as { navigate?: unknown } | null)?.navigate;
  if (typeof navigate === "string") go(...new URL(navigate, location.href).hash.replace(/^#\//, "").split("/"));
}
