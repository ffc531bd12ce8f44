/** The picture that holds still as text, for pages that are printed and for tests. */

import { canvas, type Drawing } from "./drawing.ts";
import { attributes, inherited } from "./ink.ts";
import { keyPoses, type Panel, still } from "./scene.ts";

/** An SVG that stands alone. With `poses` it shows the key poses next to each other. */
export function svg(drawing: Drawing, label: string, poses = drawing.pair): string {
  return svgOf(drawing, (poses ? keyPoses : still)(drawing), label);
}

export function svgOf(drawing: Drawing, panels: readonly Panel[], label: string): string {
  const { width, height } = canvas;
  const about = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": label,
  };
  return tag("svg", about, panels.map(group(drawing.fit[0])).join(""));
}

function group(scale: number): (panel: Panel) => string {
  return ({ transform, marks }) => {
    const paths = marks.filter(([, d]) => d).map((mark) => tag("path", attributes(mark, scale)));
    return tag("g", { transform, ...inherited }, paths.join(""));
  };
}

function tag(name: string, attributes: Record<string, string>, inside = ""): string {
  const named = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${named.join("")}${inside ? `>${inside}</${name}>` : "/>"}`;
}

function escaped(value: string): string {
  return value.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
