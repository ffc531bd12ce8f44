/**
 * The body map on a drawing 320 wide: what is drawn and touched on the left half; the right half is the mirror image.
 * Seen from behind, the person's left is on the left. Every touched area is at least 49 wide and high, which is 44
 * pixels from a scale of 0.9 on.
 */

export type View = "back" | "front";

export type Part = {
  view: View;
  slug: string;
  /** Null for what has no side. */
  side: "left" | "right" | null;
  /** The mark of a chosen part, and the area to touch. */
  mark: string;
  hit: string;
  mirrored: boolean;
  /** The place of the dot, or of the tick. */
  dot: [x: number, y: number];
};

export const width = 320;

/** Arm, leg, trunk and shorts of the left half, in the order in which they are painted; it reaches a little over the middle. */
export const arm =
  "M120 101C98 103 80 110 78 130C76 150 73 170 70 190C66 214 62 236 60 262C59 276 56 284 54 296C51 314 56 332 63 333C71 334 72 318 73 302C74 286 77 272 80 256C85 232 88 214 90 196C92 176 96 160 100 140Z";
export const leg =
  "M157 306C158 350 154 392 151 420C149 436 152 456 149 478C147 496 146 506 147 518C148 528 153 536 152 543C151 549 123 549 122 543C121 536 127 528 128 518C129 500 117 478 115 456C113 440 114 432 111 416C103 382 89 344 90 300L124 276Z";
export const trunk =
  "M161 74H149C149 88 143 94 129 99C112 105 98 109 95 126C92 148 100 168 102 194C103 212 100 228 95 246C91 264 90 280 90 300L94 316L161 314Z";
export const shorts =
  "M101.5 236C98 240 95 246 93 256C91 270 90 284 90 300C90 322 93 338 96 352C116 358 138 357 154 351C156 336 157 320 157 312L161 313V240C140 244 118 243 101.5 236Z";

const flank = area("M113 176L70 170V236H113Q119 206 113 176Z", "M111 175H62V236H111Z", [104, 206]);
const hip = area("M102 238H70V306H100Q105 272 102 238Z", "M110 236H61V306H110Z", [94, 270]);
const thigh = area(
  "M131 330H114Q90 330 90 354V380Q90 404 114 404H131Q155 404 155 380V354Q155 330 131 330Z",
  "M160 322H96V408H160Z",
  [125, 366],
);
const calf = area(
  "M133 414H129Q110 414 110 433V473Q110 492 129 492H133Q152 492 152 473V433Q152 414 133 414Z",
  "M160 408H100V492H160Z",
  [132, 452],
);
const foot = area("M154 512Q138 504 120 512L118 556H156Z", "M160 492H102V556H160Z", [137, 531]);

export const parts: Part[] = [
  ...pair("back", {
    "mid-back": area(
      "M135 116H122Q100 116 100 138V149Q100 171 122 171H135Q157 171 157 149V138Q157 116 135 116Z",
      "M160 110H98V175H160Z",
      [128, 144],
    ),
    "low-back": area(
      "M142 177H131Q116 177 116 192V211Q116 226 131 226H142Q157 226 157 211V192Q157 177 142 177Z",
      "M160 175H111V224H160Z",
      [136, 202],
    ),
    flank,
    buttock: area(
      "M157 276Q146 274 134 256Q120 240 106 250Q100 282 105 308Q130 322 157 310Z",
      "M135 224H111V236H110V322H160V273H135Z",
      [129, 288],
    ),
    "hip-side": hip,
    "thigh-back": thigh,
    calf,
    foot,
  }),
  {
    view: "back",
    slug: "tailbone",
    side: null,
    ...area("M134 230Q160 222 186 230Q184 258 160 274Q136 258 134 230Z", "M135 224H185V273H135Z", [160, 247]),
    mirrored: false,
  },
  ...pair("front", {
    flank,
    "hip-side": hip,
    groin: area(
      "M156 318Q154 292 136 274Q120 258 107 262Q110 284 122 302Q134 318 156 318Z",
      "M160 258H110V322H160Z",
      [132, 292],
    ),
    "thigh-front": thigh,
    calf,
    foot,
  }),
];

type Area = Pick<Part, "mark" | "hit" | "dot">;

function area(mark: string, hit: string, dot: [number, number]): Area {
  return { mark, hit, dot };
}

function pair(view: View, areas: Record<string, Area>): Part[] {
  const [first, second] = view === "back" ? (["left", "right"] as const) : (["right", "left"] as const);
  return Object.entries(areas).flatMap(
    ([
      slug,
      {
        mark,
        hit,
        dot: [x, y],
      },
    ]): Part[] => [
      { view, slug, side: first, mark, hit, mirrored: false, dot: [x, y] },
      { view, slug, side: second, mark, hit, mirrored: true, dot: [width - x, y] },
    ],
  );
}
