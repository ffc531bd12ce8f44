import { mount } from "svelte";

import { dayName, localDay } from "../core/dates";
import { currentRoute, go } from "../core/router";
import { language } from "../ui/language.svelte";
import { paint } from "../ui/paint.svelte";
import { ignoreSecondTaps } from "../ui/taps";
import "../ui/tokens.css";
import App from "./App.svelte";
import { invitation, preview } from "./invitation";
import { startLanguage } from "./language";
import { contact } from "./state/contact.svelte";
import { person } from "./state/person.svelte";
import { start } from "./state/start";
import { worker } from "./state/worker.svelte";
import "./patient.css";
import { type Opened, pages } from "./routes";

/** Longest wait of the first screen for its file and this phone's copies before it says that it is loading. */
const patienceMs = 500;

const token = invitation(); // before anything is drawn, so that the token does not stay in the address
const read = start(); // while it is found out which version is to begin
if (!token) setTimeout(() => dayName(localDay(new Date()), language.current)); // slow the first time, and now is a time to wait
void worker
  .newestFirst()
  .catch(() => undefined)
  .then(begin);

async function begin(): Promise<void> {
  if (token) void preview(token).catch(() => undefined); // its screen will want to know, and is still on its way
  const there = Promise.all([openedFirst(), read]).then(([screen]) => screen);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patienceMs));
  const first = await Promise.race([there.catch(() => undefined), late]);
  await startLanguage(language.current); // nothing can be said without its words
  ignoreSecondTaps(document);
  mount(App, { target: document.getElementById("app")!, props: { first } });
  await paint.await();
  void read.then(() => contact.start()).then(readAhead);
  void worker.start(heardFromWorker).catch(() => undefined);
}

/** The screens that are opened most often open without waiting for their file. */
function readAhead(): void {
  if (!person.me) return;
  for (const name of ["checkin", "play"]) void pages[name]?.().catch(() => undefined);
}

/** The screen that the address names, unless it is today, which needs no file of its own. */
async function openedFirst(): Promise<Opened | undefined> {
  const name = currentRoute()[0] ?? "today";
  const page = await pages[name]?.();
  return page && { name, Page: page.default };
}

function heardFromWorker(message: unknown): void {
  if (message === "subscription changed") void contact.rearm();
  const navigate = (message as { navigate?: unknown } | null)?.navigate;
  if (typeof navigate === "string") go(...new URL(navigate, location.href).hash.replace(/^#\//, "").split("/"));
}
