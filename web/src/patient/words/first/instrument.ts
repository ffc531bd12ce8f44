/** Texts of the first screen from the content library: the question about pain now, the titles of aftercare, the cards of warning signs. */

import en from "instrument/first/en";
import es from "instrument/first/es";

import { dictionary } from "../../../ui/language.svelte";

export const words = dictionary({ en, es });
