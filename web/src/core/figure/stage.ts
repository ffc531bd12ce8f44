/** Puts pictures on the page: elements are made once, and after that only attributes that changed are set. */

import type { Drawing } from "./drawing.ts";
import { attributes, inherited } from "./ink.ts";
import { keyPoses, moment, type Panel, still } from "./scene.ts";

type Attributes = Record<string, string>;
type Element = { element: SVGElement; set: Attributes; children: Element[] };

export type Stage = {
  moment(drawing: Drawing, phase: number): void;
  still(drawing: Drawing): void;
  keyPoses(drawing: Drawing): void;
};

/** Draws into an empty <svg> whose viewBox is the canvas. */
export function stage(svg: SVGSVGElement): Stage {
  const root: Element = { element: svg, set: {}, children: [] };
  const paint = ({ fit: [scale] }: Drawing, panels: Panel[]): void =>
    fill(root, "g", panels, ({ transform, marks }, group) => {
      update(group, { transform, ...inherited });
      fill(group, "path", marks, (mark, path) => update(path, attributes(mark, scale)));
    });
  return {
    moment: (drawing, phase) => paint(drawing, moment(drawing, phase)),
    still: (drawing) => paint(drawing, still(drawing)),
    keyPoses: (drawing) => paint(drawing, keyPoses(drawing)),
  };
}

/** One child for each thing; those that are left over go. */
function fill<T>(parent: Element, name: string, things: readonly T[], draw: (thing: T, child: Element) => void): void {
  for (const { element } of parent.children.splice(things.length)) element.remove();
  things.forEach((thing, i) => {
    const child = (parent.children[i] ??= append(parent.element, name));
    draw(thing, child);
  });
}

function append(parent: SVGElement, name: string): Element {
  const element = parent.ownerDocument.createElementNS("http://www.w3.org/2000/svg", name);
  parent.append(element);
  return { element, set: {}, children: [] };
}

function update(target: Element, next: Attributes): void {
  const { element, set } = target;
  for (const name in next) if (next[name] !== set[name]) element.setAttribute(name, next[name] as string);
  for (const name in set) if (!(name in next)) element.removeAttribute(name);
  target.set = next;
}
