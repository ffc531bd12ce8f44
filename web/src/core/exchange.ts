/** Requests to the server. The first screen is drawn without it: its file comes after the first paint. */

export { keepProgress } from "./progress";
export { keepArmed } from "./push";
export { keepSending } from "./sync";
export { refreshAll } from "./refresh";
