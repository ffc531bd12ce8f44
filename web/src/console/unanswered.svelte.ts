/** The number of patients who wait for an answer, in the bar. Asked for as `openAlerts` is: never by a timer. */

import { call } from "../core/call";
import { Shared } from "./shared.svelte";

export const unanswered = new Shared(() => call("GET /api/unanswered-messages"));
