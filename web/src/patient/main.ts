import { mount } from "svelte";

import { go } from "../core/router";
import "../ui/tokens.css";
import App from "./App.svelte";
import { home } from "./home.svelte";
import { invitation, preview } from "./invitation";
import "./patient.css";
import { newestFirst, startWorker } from "./worker.svelte";

const token = invitation(); // before anything is drawn, so that the token does not stay in the address
void newestFirst()
  .catch(() => undefined)
  .then(begin);

function begin(): void {
  if (token) void preview(token).catch(() => undefined); // its screen will want to know, and is still on its way
  mount(App, { target: document.getElementById("app")! });
  void home.start();
  void startWorker(heardFromWorker).catch(() => undefined);
}

function heardFromWorker(message: unknown): void {
  if (message === "subscription changed") void home.rearm();
  const navigate = (message as { navigate?: unknown } | null)?.navigate;
  if (typeof navigate === "string") go(...new URL(navigate, location.href).hash.replace(/^#\//, "").split("/"));
}
