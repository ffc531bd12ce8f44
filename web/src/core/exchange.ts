/** Requests to the server. The first screen is drawn without it: its file comes after the first paint. */

export { refreshMe } from "./account";
export { refreshCheckIns, refreshPause, refreshPlan } from "./plan";
export { keepProgress } from "./progress";
export { keepArmed } from "./push";
export { reportZone } from "./reminders";
export { keepSending } from "./sync";
