/** Everything that the patient page reads, side by side; each part may fail alone. */

import { url } from "../../core/call";
import { Resource } from "../resource.svelte";
import type { Alert, CheckIn, ExerciseLog, NeedlingSession, ProgramView, Reachability, Report } from "../wire";

export type Readings = ReturnType<typeof readingsOf>;

export function readingsOf(patientId: string) {
  const at = (rest: string) => url`/api/patients/${patientId}` + rest;
  return {
    report: new Resource<Report>(at("/report")),
    checkIns: new Resource<CheckIn[]>(at("/checkins")),
    logs: new Resource<ExerciseLog[]>(at("/exercise-logs")),
    sessions: new Resource<NeedlingSession[]>(at("/needling-sessions")),
    program: new Resource<ProgramView>(at("/program")),
    alerts: new Resource<Alert[]>(at("/alerts")),
    phone: new Resource<Reachability>(at("/devices")),
  };
}
