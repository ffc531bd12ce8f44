/**
 * The parts of the body map, drawn on the left half of a drawing 320 wide; the right half is their mirror image. Seen
 * from behind, the person's left is on the left. Every part is at least 44 wide, so that a thumb finds it.
 */

export type View = "back" | "front";

export type Part = {
  view: View;
  slug: string;
  /** Null for what has no side. */
  side: "left" | "right" | null;
  d: string;
  mirrored: boolean;
  /** The place of the tick. */
  label: [x: number, y: number];
};

export const width = 320;

const flank = "M113 153H75Q78 180 68 205H113Z";
const hip = "M110 208H67Q58 240 60 268L88 271Q86 238 110 208Z";
const thigh = "M60 272Q110 290 158 277Q157 315 150 346H80Q68 312 60 272Z";
const calf = "M80 349H150Q153 385 142 418H92Q77 385 80 349Z";
const foot = "M92 421H142L147 450Q147 464 132 464H86Q74 464 78 452Z";

export const parts: Part[] = [
  ...pair("back", "mid-back", "M159 92H118Q86 94 80 112L76 150H159Z", [120, 124]),
  ...pair("back", "low-back", "M159 153H115V205H159Z", [137, 180]),
  ...pair("back", "flank", flank, [92, 180]),
  {
    view: "back",
    slug: "tailbone",
    side: null,
    d: "M137 208H183L177 254Q160 268 143 254Z",
    mirrored: false,
    label: [160, 232],
  },
  ...pair("back", "buttock", "M134 208H113Q86 240 91 272Q126 286 158 272V264Q143 266 140 255Z", [117, 246]),
  ...pair("back", "hip-side", hip, [80, 242]),
  ...pair("back", "thigh-back", thigh, [112, 316]),
  ...pair("back", "calf", calf, [115, 384]),
  ...pair("back", "foot", foot, [112, 444]),
  ...pair("front", "flank", flank, [92, 180]),
  ...pair("front", "hip-side", hip, [80, 242]),
  ...pair("front", "groin", "M159 208H113Q88 238 91 268Q128 284 159 270Z", [126, 242]),
  ...pair("front", "thigh-front", thigh, [112, 316]),
  ...pair("front", "calf", calf, [115, 384]),
  ...pair("front", "foot", foot, [112, 444]),
];

function pair(view: View, slug: string, d: string, [x, y]: [number, number]): Part[] {
  const [first, second] = view === "back" ? (["left", "right"] as const) : (["right", "left"] as const);
  return [
    { view, slug, side: first, d, mirrored: false, label: [x, y] },
    { view, slug, side: second, d, mirrored: true, label: [width - x, y] },
  ];
}
