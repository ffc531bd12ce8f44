/**
 * The fill and line of each kind of mark: attributes only, so that a strict content security policy has nothing to
 * object to. The colours are those of ui/tokens.css, each with one meaning: orange is where it works, green the
 * movement, sand what is not the body. A page sets --fig-bg, the ground behind the figure.
 */

import type { Ink, Mark } from "./drawing.ts";

const colour = (name: string): string => `var(--fig-${name})`;
const [ground, prop, move] = [colour("bg"), colour("prop"), colour("move")];

/** Widths in pixels; those in `scaled` grow with the body. */
type Style = { fill?: string; stroke?: string; width?: number; scaled?: number; opacity?: number; dashes?: string };

const styles: Record<Ink, Style> = {
  floor: { stroke: prop, width: 2, opacity: 0.75 },
  mat: { fill: prop, opacity: 0.2 },
  wall: { fill: prop, opacity: 0.28 },
  seat: { fill: prop, opacity: 0.55 },
  leg: { stroke: prop, width: 3.4 },
  ghost: { fill: colour("ghost-soft"), stroke: colour("ghost"), width: 2.8, dashes: "3.5 4" },
  rim: { fill: ground, stroke: ground, scaled: 1.9 },
  shirt: { fill: colour("shirt") },
  shirtFar: { fill: colour("shirt-far") },
  legs: { fill: colour("legs") },
  legsFar: { fill: colour("legs-far") },
  skin: { fill: colour("skin") },
  skinFar: { fill: colour("skin-far") },
  shoe: { fill: colour("shoe") },
  shoeFar: { fill: colour("shoe-far") },
  hair: { fill: colour("hair") },
  eye: { fill: colour("eye") },
  spot: { fill: colour("hi"), stroke: ground, width: 3 },
  handle: { stroke: prop, width: 3 },
  bag: { fill: prop, stroke: ground, width: 1 },
  strap: { stroke: prop, width: 3 },
  stickHalo: { stroke: ground, scaled: 4.6 },
  stick: { stroke: prop, scaled: 2.6 },
  arrowHalo: { stroke: ground, width: 7 },
  arrowHead: { fill: move, stroke: ground, width: 3 },
  arrow: { stroke: move, width: 3.4 },
};

/** The attributes of a path; those that its style does not name are left out. */
export function attributes([ink, d]: Mark, scale: number): Record<string, string> {
  const { fill, stroke, width, scaled, opacity, dashes } = styles[ink];
  const wide = width ?? (scaled && Math.round(scaled * scale * 10) / 10);
  return {
    d,
    fill: fill ?? "none",
    ...(stroke && { stroke, "stroke-width": String(wide) }),
    ...(opacity && { opacity: String(opacity) }),
    ...(dashes && { "stroke-dasharray": dashes }),
  };
}

/** The attributes of all paths: round ends, and the line under the fill, so that seams inside a part vanish. */
export const inherited = { "stroke-linecap": "round", "stroke-linejoin": "round", "paint-order": "stroke" } as const;
