/** The open alerts by patient: one line each, the most pressing first. */

import type { Alert } from "../wire";

export type AlertGroup = {
  readonly patientId: string;
  /** In the order of the server: the most severe first, then the latest event. */
  readonly alerts: readonly [Alert, ...Alert[]];
};

/** Groups in the order of their first alert. */
export function alertGroups(alerts: readonly Alert[]): AlertGroup[] {
  const found = new Map<string, [Alert, ...Alert[]]>();
  for (const alert of alerts) {
    const group = found.get(alert.patientId);
    if (group) group.push(alert);
    else found.set(alert.patientId, [alert]);
  }
  return [...found].map(([patientId, some]) => ({ patientId, alerts: some }));
}

/** Whether the alert may be closed together with others: an urgent one wants an outcome of its own. */
export function isOrdinary({ severity }: Alert): boolean {
  return severity !== "critical" && severity !== "high";
}
