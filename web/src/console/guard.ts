/** The first listener for addresses; main.ts imports it before everything that follows them. */

import { holdPage } from "./unsaved.svelte";

addEventListener("hashchange", holdPage);
