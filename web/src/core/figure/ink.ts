/**
 * The fill and line of each kind of mark: attributes only, so that a strict content security policy has nothing to
 * object to. The text's colour draws the body; the page sets --fig-bg (its ground) and --fig-hi (the accent).
 */

import type { Ink, Mark } from "./drawing.ts";

const [body, ground, accent] = ["currentColor", "var(--fig-bg)", "var(--fig-hi)"];

/** Widths in pixels; those in `scaled` grow with the body. */
type Style = { fill?: string; stroke?: string; width?: number; scaled?: number; opacity?: number; class?: string };

const styles: Record<Ink, Style> = {
  floor: { stroke: body, width: 1.5, opacity: 0.35 },
  mat: { fill: body, opacity: 0.1 },
  wall: { fill: body, opacity: 0.13 },
  seat: { fill: body, opacity: 0.26 },
  cushion: { fill: accent, opacity: 0.3 },
  leg: { stroke: body, width: 3, opacity: 0.4 },
  ghost: { fill: body, opacity: 0.17 },
  body: { fill: body, stroke: ground, scaled: 1.7 },
  // figure.css makes it opaque where the browser can mix colours, so that pale limbs do not darken where they overlap.
  far: { fill: body, stroke: ground, scaled: 1.7, opacity: 0.48, class: "fig-far" },
  spot: { fill: accent },
  eyes: { fill: ground },
  handle: { stroke: body, width: 3, opacity: 0.6 },
  bag: { fill: accent, stroke: ground, width: 1 },
  strap: { stroke: accent, width: 2.6 },
  stickHalo: { stroke: ground, scaled: 4.6 },
  stick: { stroke: accent, scaled: 2.6 },
  arrowHalo: { stroke: ground, width: 6 },
  arrowHead: { fill: accent, stroke: ground, width: 3 },
  arrow: { stroke: accent, width: 3 },
};

/** The attributes of a path; those that its style does not name are left out. */
export function attributes([ink, d]: Mark, scale: number): Record<string, string> {
  const { fill, stroke, width, scaled, opacity, class: name } = styles[ink];
  const wide = width ?? (scaled && Math.round(scaled * scale * 10) / 10);
  return {
    d,
    fill: fill ?? "none",
    ...(stroke && { stroke, "stroke-width": String(wide) }),
    ...(opacity && { opacity: String(opacity) }),
    ...(name && { class: name }),
  };
}

/** The attributes of all paths: round ends, and the line under the fill, so that seams inside a part vanish. */
export const inherited = { "stroke-linecap": "round", "stroke-linejoin": "round", "paint-order": "stroke" } as const;
