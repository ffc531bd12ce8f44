/** Path data for the shapes that a figure is made of. Points are on the canvas; only their x and y count. */

import type { Vec } from "./vector.ts";

type Spot = Vec | readonly [x: number, y: number];

/** Two circles and the belt around them: the outline of a bone. */
export function capsule(a: Spot, radiusA: number, b: Spot, radiusB: number): string {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const apart = Math.hypot(dx, dy);
  if (apart <= Math.abs(radiusA - radiusB) + 0.2) return radiusA > radiusB ? circle(a, radiusA) : circle(b, radiusB);
  const along = Math.atan2(dy, dx);
  const touch = Math.acos((radiusA - radiusB) / apart);
  const on = (centre: Spot, radius: number, angle: number): string =>
    point([centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)]);
  const arc = (radius: number, large: boolean): string => `A${number(radius)} ${number(radius)} 0 ${+large} 0 `;
  const start = on(a, radiusA, along + touch);
  return (
    `M${start}L${on(b, radiusB, along + touch)}${arc(radiusB, radiusB > radiusA)}${on(b, radiusB, along - touch)}` +
    `L${on(a, radiusA, along - touch)}${arc(radiusA, radiusA > radiusB)}${start}z`
  );
}

function circle(centre: Spot, radius: number): string {
  const r = number(radius);
  const half = (across: number): string => `a${r} ${r} 0 1 0 ${number(across)} 0`;
  return `M${point([centre[0] + radius, centre[1]])}${half(-2 * radius)}${half(2 * radius)}z`;
}

/** A smooth closed curve through the points (Catmull-Rom, as cubic curves). */
export function smooth(points: readonly Spot[]): string {
  const at = (index: number): Spot => points[(index + points.length) % points.length] as Spot;
  const toward = (from: Spot, before: Spot, after: Spot): string =>
    point([from[0] + (after[0] - before[0]) / 6, from[1] + (after[1] - before[1]) / 6]);
  const curves = points.map((from, i) => {
    const to = at(i + 1);
    return `C${toward(from, at(i - 1), to)} ${toward(to, at(i + 2), from)} ${point(to)}`;
  });
  return `M${point(at(0))}${curves.join("")}z`;
}

export function line(points: readonly Spot[]): string {
  return `M${points.map(point).join("L")}`;
}

export function point([x, y]: Spot): string {
  return `${number(x)} ${number(y)}`;
}

/** One decimal, as short as SVG allows. */
export function number(value: number): string {
  const rounded = String(Math.round(value * 10) / 10);
  return rounded === "-0" ? "0" : rounded.replace(/^(-?)0\./, "$1.");
}
