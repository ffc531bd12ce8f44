/** The values that a rule looked at, in words of the language in use. */

import { events, severities } from "instrument/outcomes";
import { regions } from "instrument/regions";
import { signs } from "instrument/safety";

import { isDay, shortDay } from "../../core/dates";
import { language, say } from "../../ui/language.svelte";
import { moment } from "../dates";
import { alerts } from "../i18n/alerts";
import { thresholdUsed } from "../i18n/thresholds";
import type { Alert } from "../wire";

/** One value: a score, a day, a sign, a place, an event; a value without words is shown as it is. */
export function valueText(value: Alert["inputs"][string] | undefined): string {
  const t = alerts();
  if (value === null || value === undefined) return t.unknown;
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "number") return value.toLocaleString(language.current);
  const threshold = thresholdUsed(value);
  if (threshold) return threshold;
  const sign = signs.find(({ id }) => id === value);
  if (sign) return say(sign.text);
  if (isDay(value)) return shortDay(value, language.current);
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return moment(value, language.current);
  const [slug, side] = value.split(" ");
  const region = regions.find((one) => one.slug === slug);
  if (region) return [say(region.title), side && t.sides[side]].filter(Boolean).join(", ");
  const event = events.find(({ id }) => id === slug);
  const severity = severities.find(({ id }) => id === side);
  if (event && severity) return `${say(event.text)} (${say(severity.text)})`;
  return t.values[value] ?? value;
}
