/** The screens beside today; each is loaded when it is first opened, and lies in the shell's cache. */

import type { Component } from "svelte";

type Page = () => Promise<{ default: Component<never> }>;

/** A screen that has been loaded. */
export type Opened = { name: string; Page: Component<never> };

export const pages: Record<string, Page> = {
  pair: () => import("./screens/Pair.svelte"),
  checkin: () => import("./screens/CheckIn.svelte"),
  saved: () => import("./screens/Saved.svelte"),
  play: () => import("./screens/Play.svelte"),
  session: () => import("./screens/Session.svelte"),
  program: () => import("./screens/Program.svelte"),
  item: () => import("./screens/Item.svelte"),
  progress: () => import("./screens/Progress.svelte"),
  learn: () => import("./screens/Learn.svelte"),
  messages: () => import("./screens/Messages.svelte"),
  reminders: () => import("./screens/Reminders.svelte"),
  me: () => import("./screens/Me.svelte"),
  privacy: () => import("./screens/Privacy.svelte"),
  locked: () => import("./screens/Locked.svelte"),
  broken: () => import("./screens/KeepsNothing.svelte"),
  data: () => import("./screens/Data.svelte"),
  consent: () => import("./screens/Consent.svelte"),
  help: () => import("./screens/Help.svelte"),
  safety: () => import("./screens/Safety.svelte"),
  install: () => import("./screens/Install.svelte"),
};

/** The screens that the bar below leads between. */
export const tabs = ["today", "progress", "messages", "me"];
