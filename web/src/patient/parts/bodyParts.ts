/** The parts of the body map, in a drawing of 320 by 470: seen from behind the person's left is on the left, in front it is mirrored. */

export type View = "back" | "front";

export type Part = {
  view: View;
  slug: string;
  /** Null for what has no side. */
  side: "left" | "right" | null;
  d: string;
  /** Where the tick goes. */
  label: [x: number, y: number];
};

const width = 320;

/** A shape on the left half of the drawing and its mirror image; from behind the left one is the person's left. */
function pair(view: View, slug: string, points: [x: number, y: number][]): Part[] {
  const mirrored = points.map(([x, y]): [number, number] => [width - x, y]);
  const [first, second] = view === "back" ? (["left", "right"] as const) : (["right", "left"] as const);
  return [part(view, slug, first, points), part(view, slug, second, mirrored)];
}

function part(view: View, slug: string, side: Part["side"], points: [x: number, y: number][]): Part {
  const d = `${points.map(([x, y], at) => `${at ? "L" : "M"}${x} ${y}`).join("")}Z`;
  const middle = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return { view, slug, side, d, label: [Math.round(middle(0)), Math.round(middle(1))] };
}

export const parts: Part[] = [
  ...pair("back", "mid-back", [[102, 100], [159, 94], [159, 152], [106, 152]]),
  ...pair("back", "low-back", [[134, 154], [159, 154], [159, 202], [112, 208], [114, 154]]),
  ...pair("back", "flank", [[66, 154], [112, 154], [110, 208], [64, 202]]),
  part("back", "tailbone", null, [[137, 206], [183, 206], [178, 252], [160, 258], [142, 252]]),
  ...pair("back", "buttock", [[112, 210], [136, 206], [141, 254], [158, 262], [158, 272], [100, 270]]),
  ...pair("back", "hip-side", [[64, 204], [110, 210], [98, 262], [58, 256]]),
  ...pair("back", "thigh-back", [[98, 273], [157, 275], [150, 346], [104, 346]]),
  ...pair("back", "calf", [[104, 348], [150, 348], [146, 418], [106, 418]]),
  ...pair("back", "foot", [[104, 420], [148, 420], [148, 466], [96, 466]]),
  ...pair("front", "flank", [[66, 154], [112, 154], [110, 208], [64, 202]]),
  ...pair("front", "hip-side", [[64, 204], [110, 210], [104, 262], [58, 256]]),
  ...pair("front", "groin", [[112, 210], [159, 210], [159, 262], [106, 262]]),
  ...pair("front", "thigh-front", [[100, 264], [158, 264], [151, 346], [104, 346]]),
  ...pair("front", "calf", [[104, 348], [151, 348], [146, 418], [106, 418]]),
  ...pair("front", "foot", [[104, 420], [148, 420], [148, 466], [96, 466]]),
];
