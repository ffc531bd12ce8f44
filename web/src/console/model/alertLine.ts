/** An alert in one line of plain words. */

import { alertLines } from "../i18n/alertLines";
import { alerts } from "../i18n/alerts";
import type { Alert } from "../wire";
import { valueText } from "./inputs";

export type AlertLine = { readonly what: string; readonly detail: string };

/** The finding, and its time or basis. An older version of a rule may lack a value; then the title of the rule says it. */
export function alertLine({ rule, inputs }: Pick<Alert, "rule" | "inputs">): AlertLine {
  const line = alertLines()[rule];
  const what = line && filled(line.what, inputs);
  if (what === undefined) return { what: alerts().rules[rule] ?? rule, detail: "" };
  return { what, detail: filled(line?.detail ?? "", inputs) ?? "" };
}

function filled(text: string, inputs: Alert["inputs"]): string | undefined {
  const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  if (names.some((name) => inputs[name] === undefined || inputs[name] === null)) return undefined;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => valueText(inputs[name]));
}
