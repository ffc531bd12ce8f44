/** Texts of the first screen from the content library: the question about pain now, the aftercare cards. */

import en from "instrument/first/en";
import es from "instrument/first/es";

import { dictionary } from "../../../ui/language.svelte";

export const words = dictionary({ en, es });
