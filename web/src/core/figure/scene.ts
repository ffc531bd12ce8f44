/** A picture: panels on one canvas, each with its marks in the order in which they are painted. */

import { type Camera, camera } from "./camera.ts";
import { canvas, type Drawing, type Ink, type Mark, type Pose } from "./drawing.ts";
import { gear } from "./gear.ts";
import { poseAt, stillPhase } from "./motion.ts";
import { line } from "./outline.ts";
import { parts } from "./parts.ts";
import { solve } from "./skeleton.ts";
import { spot } from "./spots.ts";

export type Panel = { transform: string; marks: Mark[] };

/** Left, top, right, bottom. */
type Box = Drawing["box"];

const everything: Box = [0, 0, canvas.width, canvas.height];

/** One moment of the motion. */
export function moment(drawing: Drawing, phase: number): Panel[] {
  return [panel(drawing, poseAt(drawing, phase))];
}

/** One picture that tells the motion: one end of it, pale the other, and arrows. */
export function still(drawing: Drawing): Panel[] {
  const other = drawing.still ? drawing.keys[0] : drawing.keys.at(-1);
  const { transform, marks } = panel(drawing, poseAt(drawing, stillPhase(drawing)), drawing.ghost && other);
  return [{ transform, marks: [...marks, ...drawing.arrows] }];
}

/** Pixels between key poses. */
const gap = 8;

/** The key poses next to each other, or one above the other, whichever shows them larger. One picture tells a motion without a ghost. */
export function keyPoses(drawing: Drawing): Panel[] {
  const { keys, ghost, pair, box, floor } = drawing;
  if (!ghost && !pair) return still(drawing);
  return keys.map((pose, i) => {
    const { marks } = panel({ ...drawing, floor: null }, pose);
    const ground: Mark[] =
      floor === null
        ? []
        : [
            [
              "floor",
              line([
                [box[0], floor],
                [box[2], floor],
              ]),
            ],
          ];
    return {
      transform: placed(drawing, box, i, keys.length),
      marks: [...ground, ...marks, ...(i ? [] : drawing.arrows)],
    };
  });
}

function panel(drawing: Drawing, pose: Pose, other?: Pose | false): Panel {
  const view = camera(drawing);
  const body = solve(pose);
  const { floor, furniture, highlight, highlightOnTop } = drawing;
  const marks: Mark[] =
    floor === null
      ? []
      : [
          [
            "floor",
            line([
              [6, floor],
              [canvas.width - 6, floor],
            ]),
          ],
        ];
  marks.push(...furniture);
  if (other) marks.push(["ghost", shadow(drawing, other, view)]);
  const spotsOn = (part: string): Mark[] =>
    highlight.filter(({ on }) => on === part).map((one) => ["spot", spot(body, one, view)]);
  const painted = parts(body, drawing, view);
  for (const { name, far, worn, d } of painted) {
    marks.push(["rim", d], ...worn.map(([ink, path]): Mark => [far ? (`${ink}Far` as Ink) : ink, path]));
    if (!highlightOnTop) marks.push(...spotsOn(name));
  }
  if (highlightOnTop) for (const { name } of painted) marks.push(...spotsOn(name));
  marks.push(...gear(drawing.gear, body, view));
  return { transform: placed(drawing, everything, 0, 1), marks };
}

/** The whole body as one shape. */
function shadow(drawing: Drawing, pose: Pose, view: Camera): string {
  return parts(solve(pose), drawing, view)
    .map(({ d }) => d)
    .join("");
}

/** Puts the middle of a box into its cell of a row or a column; a mirrored drawing is turned round there. */
function placed({ mirrored }: Drawing, [left, top, right, bottom]: Box, index: number, count: number): string {
  const { width, height } = canvas;
  const fitted = (columns: number, rows: number): number =>
    Math.min(1, (width / columns - gap) / (right - left), (height / rows - gap) / (bottom - top));
  const [columns, rows] = fitted(count, 1) >= fitted(1, count) ? [count, 1] : [1, count];
  const scale = count > 1 ? fitted(columns, rows) : 1;
  const across = mirrored ? -scale : scale;
  const x = ((columns > 1 ? index : 0) + 0.5) * (width / columns) - (across * (left + right)) / 2;
  const y = ((rows > 1 ? index : 0) + 0.5) * (height / rows) - (scale * (top + bottom)) / 2;
  return `matrix(${[across, 0, 0, scale, x, y].map((value) => Math.round(value * 1000) / 1000).join(" ")})`;
}
