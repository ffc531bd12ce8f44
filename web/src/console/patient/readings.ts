/** Everything that the patient page reads, side by side; each part may fail alone. */

import { call } from "../../core/call";
import { Resource } from "../resource.svelte";

export type Readings = ReturnType<typeof readingsOf>;

export function readingsOf(patientId: string) {
  const of = { path: { patient_id: patientId } };
  return {
    report: new Resource(() => call("GET /api/patients/{patient_id}/report", of)),
    checkIns: new Resource(() => call("GET /api/patients/{patient_id}/checkins", of)),
    logs: new Resource(() => call("GET /api/patients/{patient_id}/exercise-logs", of)),
    sessions: new Resource(() => call("GET /api/patients/{patient_id}/needling-sessions", of)),
    outcomes: new Resource(() => call("GET /api/patients/{patient_id}/outcomes", of)),
    checks: new Resource(() => call("GET /api/patients/{patient_id}/needling-checks", of)),
    program: new Resource(() => call("GET /api/patients/{patient_id}/program", of)),
    alerts: new Resource(() => call("GET /api/patients/{patient_id}/alerts", of)),
    pause: new Resource(() => call("GET /api/patients/{patient_id}/exercise-pause", of)),
    safetyAnswers: new Resource(() => call("GET /api/patients/{patient_id}/safety-answers", of)),
    contacts: new Resource(() => call("GET /api/patients/{patient_id}/contacts", of)),
    visits: new Resource(() => call("GET /api/patients/{patient_id}/visits", of)),
    timeline: new Resource(() => call("GET /api/patients/{patient_id}/timeline", of)),
    notes: new Resource(() => call("GET /api/patients/{patient_id}/staff-notes", of)),
    today: new Resource(() => call("GET /api/patients/{patient_id}/today", of)),
    phone: new Resource(() => call("GET /api/patients/{patient_id}/devices", of)),
  };
}
