/** The modules that vite/figures compiles from the library's poses.yaml. */

declare module "figures/index" {
  type Drawing = import("./drawing").Drawing;

  /** Whether there is a drawing for an item; a clinic's own items have none. */
  export function hasFigure(slug: string): boolean;

  /** The drawing of an item; undefined where there is none. Rejects when it cannot be loaded. */
  export function loadFigure(slug: string): Promise<Drawing | undefined>;
}
