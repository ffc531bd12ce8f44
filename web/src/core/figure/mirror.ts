/** The same exercise for the other side of the body: the picture turned round. */

import type { Drawing } from "./drawing.ts";

/** Its own inverse. A drawing without a side works both sides, or shows neither, and stays as it is. */
export function mirror(drawing: Drawing): Drawing {
  if (drawing.side === null) return drawing;
  return { ...drawing, side: drawing.side === "left" ? "right" : "left", mirrored: !drawing.mirrored };
}

/** The drawing for the side that a prescription names, if it names one. */
export function forSide(drawing: Drawing, side: string | null | undefined): Drawing {
  return (side === "left" || side === "right") && side !== drawing.side ? mirror(drawing) : drawing;
}
