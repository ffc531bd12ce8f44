/** The console's addresses. A screen is fetched when it is first opened. */

import type { Component } from "svelte";
import type { Route } from "../core/router";
import type { Patient } from "./wire";

export type Section = "patients" | "alerts" | "library" | "settings";

type Screen<Props extends Record<string, unknown>> = () => Promise<{ default: Component<Props> }>;
type ClinicScreen = Screen<Record<string, never>>;
type ChartScreen = Screen<{ patient: Patient }>;

export type Place =
  | { readonly of: "clinic"; readonly section: Section; readonly screen: ClinicScreen }
  /** One patient's chart; `page` is "" for the overview. */
  | {
      readonly of: "chart";
      readonly section: "patients";
      readonly id: string;
      readonly page: string;
      readonly screen: ChartScreen;
    }
  | { readonly of: "nothing"; readonly section: null };

/** Screens of other roles are no places for the front desk: the server would refuse what they ask for. */
export function placeOf(route: Route, role?: string): Place {
  const atDesk = role === "front-desk";
  const [section = "patients", ...rest] = route;
  const name = [section, ...rest].join("/");
  const screens = atDesk ? deskScreens : clinicScreens;
  const clinic = screens[name] ?? (rest.length === 2 ? screens[`${section}/${rest[0]}/*`] : undefined);
  if (clinic) return { of: "clinic", section: section as Section, screen: clinic };
  const [id = "", page = "", ...beyond] = rest;
  const chart = section === "patients" && beyond.length === 0 ? (atDesk ? deskCharts : chartScreens)[page] : undefined;
  if (chart) return { of: "chart", section, id, page, screen: chart } as Place;
  return { of: "nothing", section: null };
}

const clinicScreens: Record<string, ClinicScreen> = {
  patients: () => import("./screens/Patients.svelte"),
  "patients/new": () => import("./screens/NewPatient.svelte"),
  alerts: () => import("./screens/Alerts.svelte"),
  library: () => import("./screens/Library.svelte"),
  "library/texts": () => import("./screens/Texts.svelte"),
  // The last part is a slug, or the kind of a new item; the screen reads it from the route.
  "library/item/*": () => import("./screens/LibraryItem.svelte"),
  "library/new/*": () => import("./screens/ItemEditor.svelte"),
  "library/copy/*": () => import("./screens/ItemEditor.svelte"),
  "library/edit/*": () => import("./screens/ItemEditor.svelte"),
  settings: () => import("./screens/Settings.svelte"),
  "settings/duty": () => import("./screens/Duty.svelte"),
  "settings/go-live": () => import("./screens/GoLive.svelte"),
  "settings/audit": () => import("./screens/Audit.svelte"),
  "settings/clinic": () => import("./settings/Clinic.svelte"),
  "settings/thresholds": () => import("./settings/Thresholds.svelte"),
  "settings/staff": () => import("./settings/Staff.svelte"),
  "settings/sign-ins": () => import("./settings/SignIns.svelte"),
  "settings/patients": () => import("./settings/Patients.svelte"),
  "settings/import": () => import("./settings/Import.svelte"),
  "settings/exports": () => import("./settings/Exports.svelte"),
  "settings/report": () => import("./settings/Report.svelte"),
  "settings/replies": () => import("./settings/Replies.svelte"),
};

const chartScreens: Record<string, ChartScreen> = {
  "": () => import("./screens/Patient.svelte"),
  program: () => import("./screens/Program.svelte"),
  needling: () => import("./screens/Needling.svelte"),
  outcomes: () => import("./screens/Outcomes.svelte"),
  summary: () => import("./screens/Summary.svelte"),
  handout: () => import("./screens/Handout.svelte"),
  invite: () => import("./screens/Invite.svelte"),
};

const deskScreens: Record<string, ClinicScreen> = {
  patients: () => import("./desk/Patients.svelte"),
  "patients/new": clinicScreens["patients/new"]!,
  settings: clinicScreens["settings"]!,
};

const deskCharts: Record<string, ChartScreen> = {
  "": () => import("./desk/Patient.svelte"),
  invite: chartScreens["invite"]!,
};
