/** A plan kept as the clinic's own template. */

import type { TemplateContent, Text } from "../wire";
import type { Plan } from "./draft";

/** A plan names its phases as it likes; a template is refused unless they are the library's. */
type PhaseSlug = TemplateContent["items"][number]["phase"];

export function templateOf(plan: Plan, title: Text): TemplateContent {
  const slugs = (kind: string) => [...new Set(plan.items.filter((item) => item.kind === kind).map(({ slug }) => slug))];
  return {
    title,
    kind: "plan",
    items: plan.phases.flatMap(({ slug: phase }) =>
      plan.items
        .filter(({ kind, phases }) => kind === "exercise" && phases.includes(phase))
        .map(({ slug, dosage }) => ({ phase: phase as PhaseSlug, exercise: slug, dosage })),
    ),
    activity: slugs("activity"),
    education: slugs("education"),
    noFloor: plan.noFloor ?? false,
  };
}
