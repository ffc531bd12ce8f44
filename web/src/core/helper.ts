/** The patient's helper, and the link for a new phone. A second try after a lost answer sends the same id. */

import type { Helper, LinkToShow } from "./api";
import { call } from "./call";

export async function myHelper(): Promise<Helper | null> {
  return (await call("GET /api/me/helper")).helper;
}

export async function inviteHelper(id: string, name: string): Promise<LinkToShow> {
  return await call("POST /api/me/helper", { body: { id, name } });
}

export async function allowHelper(allowed: Helper["allowed"]): Promise<Helper | null> {
  return (await call("PUT /api/me/helper/allowed", { body: allowed })).helper;
}

/** Ends the helper, or withdraws the link. */
export async function endHelper(): Promise<void> {
  await call("DELETE /api/me/helper");
}

export async function phoneLink(id: string): Promise<LinkToShow> {
  return await call("POST /api/me/phone-link", { body: { id } });
}
