/** A sparkline of daily scores 0-10: lines with gaps where nothing was entered. */

export type Spark = {
  /** SVG path data; one subpath for each run of days without a gap. */
  readonly path: string;
  /** Runs of a single day, which a line cannot show. */
  readonly dots: readonly Point[];
  readonly last: Point | null;
};

export type Point = { readonly x: number; readonly y: number };

export function spark(scores: readonly (number | null)[], width: number, height: number, margin = 2): Spark {
  const step = scores.length > 1 ? (width - 2 * margin) / (scores.length - 1) : 0;
  const points = scores.map((score, day): Point | null =>
    score === null
      ? null
      : { x: round(margin + day * step), y: round(margin + (1 - score / 10) * (height - 2 * margin)) },
  );
  const runs = runsOf(points);
  return {
    path: runs
      .filter((run) => run.length > 1)
      .map(lineOf)
      .join(" "),
    dots: runs.filter((run) => run.length === 1).flat(),
    last: points.findLast((point) => point !== null) ?? null,
  };
}

function runsOf(points: readonly (Point | null)[]): Point[][] {
  const runs: Point[][] = [];
  let run: Point[] = [];
  for (const point of [...points, null]) {
    if (point) run.push(point);
    else if (run.length) {
      runs.push(run);
      run = [];
    }
  }
  return runs;
}

function lineOf(run: readonly Point[]): string {
  return `M${run.map(({ x, y }) => `${x} ${y}`).join("L")}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
