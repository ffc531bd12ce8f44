/** The telephone numbers of the patient whose chart is open: its head and its panel show the same answer. */

import { call } from "../../core/call";
import type { Resource } from "../resource.svelte";
import { Shared } from "../shared.svelte";
import type { TelephoneNumbers } from "../wire";

let open = "";
const numbers = new Shared(() =>
  call("GET /api/patients/{patient_id}/telephone-numbers", { path: { patient_id: open } }),
);

export function numbersOf(patientId: string): Resource<TelephoneNumbers> {
  if (open !== patientId) {
    open = patientId;
    numbers.forget();
  }
  return numbers.use();
}
