/** The sections of the settings, by who may open them. */

import type { StaffMember, StaffRole } from "../wire";

const forAdministrators = [
  "",
  "clinic",
  "duty",
  "thresholds",
  "go-live",
  "staff",
  "sign-ins",
  "patients",
  "import",
  "exports",
  "report",
  "replies",
  "audit",
] as const;

export type Name = (typeof forAdministrators)[number];

/** In the order in which they are listed. */
export function sectionsFor(role: string | undefined): readonly Name[] {
  if (administers(role)) return forAdministrators;
  return role === "therapist" ? ["", "replies"] : [""];
}

export function administers(role: string | undefined): boolean {
  return role === "admin" || role === "owner";
}

export const roles: readonly StaffRole[] = ["front-desk", "therapist", "admin", "owner"];

/** The roles that a person of this role gives to others: only owners make owners. */
export function rolesToGive(role: string | undefined): readonly StaffRole[] {
  return role === "owner" ? roles : roles.slice(0, -1);
}

/** The colleagues who may be part of a care team. */
export function treating(members: readonly StaffMember[] | undefined): readonly StaffMember[] {
  return (members ?? []).filter(({ role, disabledAt }) => disabledAt === null && role !== "front-desk");
}
