/** Geometry of the progress chart. A gap in the answers is a gap in the line, never a bridge and never a zero. */

export type Point = readonly [x: number, y: number];

/** The stretches without a gap, each as points: a stretch of one day is a single point. */
export function stretches(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): Point[][] {
  const found: Point[][] = [];
  let open: Point[] | undefined;
  for (const [index, value] of values.entries()) {
    if (value === null) open = undefined;
    else if (open) open.push([x(index), y(value)]);
    else found.push((open = [[x(index), y(value)]]));
  }
  return found;
}

/** A straight line from `from` to `until` over `count` steps: where the step with an index lies. */
export function scale(count: number, from: number, until: number): (index: number) => number {
  return (index) => (count < 2 ? (from + until) / 2 : from + (index * (until - from)) / (count - 1));
}

export function path(points: readonly Point[]): string {
  return points.map(([x, y], at) => `${at ? "L" : "M"}${round(x)} ${round(y)}`).join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
