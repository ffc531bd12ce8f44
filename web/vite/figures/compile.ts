/** From an entry of poses.yaml to what a phone needs to draw it. */

import { camera } from "../../src/core/figure/camera.ts";
import { canvas, type Drawing, type Mark } from "../../src/core/figure/drawing.ts";
import { arrows } from "./arrows.ts";
import { type Document, type Figure, keyPoses } from "./document.ts";
import { extent, fit } from "./fit.ts";
import { furniture, gear } from "./furniture.ts";
import { spot } from "./spots.ts";

/** Azimuth and elevation of the cameras that have a name. */
const views: Record<string, [number, number]> = {
  side: [14, 9],
  front: [0, 8],
  oblique: [35, 22],
  top: [0, 62],
  flat: [0, 0],
};

/** From higher up there is no horizon on which a floor could end. */
const highestWithFloor = 14;

const secondsPerMove = 1.2;
const secondsPerStep = 0.5;

export function compile(document: Document, slug: string): Drawing {
  const figure = document.figures[slug];
  if (!figure) throw new Error(`poses.yaml has no ${slug}`);
  const { props = [], caption, seen, second } = figure;
  const keys = keyPoses(document, figure);
  const cycle = figure.loop === "cycle";
  return {
    caption: { en: caption.en, es: caption.es },
    side: figure.side ?? null,
    mirrored: false,
    ...seenFrom(figure, keys),
    keys,
    cycle,
    moveS: figure.moveS ?? (cycle ? secondsPerStep : secondsPerMove),
    still: figure.still ?? keys.length - 1,
    ghost: figure.ghost !== false && keys.length > 1 && !cycle,
    pair: figure.pair ?? false,
    gear: gear(props),
    highlight: (figure.highlight ?? []).map(spot),
    highlightOnTop: figure.hlTop ?? false,
    ...(seen && second && { seen, second: { seen: second.seen, ...seenFrom({ ...figure, ...second }, keys) } }),
  };
}

/** The part that depends on the camera. */
function seenFrom(figure: Figure, keys: Drawing["keys"]) {
  const view = typeof figure.view === "string" ? (views[figure.view] as [number, number]) : figure.view;
  const placed = { view, fit: fit(figure, keys, view) };
  const eye = camera(placed);
  const standing = furniture(figure.props ?? [], eye);
  return {
    ...placed,
    box: covered(extent(figure, keys, eye), standing),
    floor: view[1] <= highestWithFloor ? Math.round(eye.at([0, 0, 0])[1] * 10) / 10 : null,
    furniture: standing,
    arrows: arrows(figure.arrows ?? [], keys, eye),
    front: figure.front ?? [],
    behind: figure.behind ?? [],
    nearby: figure.nofar ?? [],
  };
}

/** The area of body and furniture on the canvas. */
function covered([left, top, right, bottom]: number[], marks: readonly Mark[]): Drawing["box"] {
  const places = marks.flatMap(([, d]) =>
    [...d.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]),
  );
  const [xs, ys] = [places.map(([x]) => x as number), places.map(([, y]) => y as number)];
  const within = (value: number, limit: number): number => Math.round(Math.min(Math.max(value, 0), limit));
  return [
    within(Math.min(left as number, ...xs), canvas.width),
    within(Math.min(top as number, ...ys), canvas.height),
    within(Math.max(right as number, ...xs), canvas.width),
    within(Math.max(bottom as number, ...ys), canvas.height),
  ];
}
