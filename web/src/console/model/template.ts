/** A plan kept as a template of the clinic's own. */

import type { Text } from "../wire";
import type { Plan } from "./draft";

export type TemplateContent = {
  title: Text;
  kind: "plan";
  items: { phase: string; exercise: string; dosage: Plan["items"][number]["dosage"] }[];
  activity: string[];
  education: string[];
};

export function templateOf(plan: Plan, title: Text): TemplateContent {
  const slugs = (kind: string) => [...new Set(plan.items.filter((item) => item.kind === kind).map(({ slug }) => slug))];
  return {
    title,
    kind: "plan",
    items: plan.phases.flatMap(({ slug: phase }) =>
      plan.items
        .filter(({ kind, phases }) => kind === "exercise" && phases.includes(phase))
        .map(({ slug, dosage }) => ({ phase, exercise: slug, dosage })),
    ),
    activity: slugs("activity"),
    education: slugs("education"),
  };
}
