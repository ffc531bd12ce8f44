/** As much of a page as a figure touches, with a clock that is turned by hand. */

import { vi } from "vitest";

export class FakeElement {
  readonly attributes: Record<string, string> = {};
  readonly children: FakeElement[] = [];
  parent: FakeElement | undefined;
  /** Number of attributes set. */
  static writes = 0;

  constructor(readonly name: string) {}

  readonly ownerDocument = { createElementNS: (_space: string, name: string) => new FakeElement(name) };

  setAttribute(name: string, value: string): void {
    FakeElement.writes++;
    this.attributes[name] = value;
  }

  removeAttribute(name: string): void {
    delete this.attributes[name];
  }

  append(child: FakeElement): void {
    child.parent = this;
    this.children.push(child);
  }

  remove(): void {
    this.parent?.children.splice(this.parent.children.indexOf(this), 1);
  }
}

export function fakeSvg(): { svg: SVGSVGElement; root: FakeElement } {
  const root = new FakeElement("svg");
  return { svg: root as unknown as SVGSVGElement, root };
}

/** Frames and visibility in the test's hands. */
export function fakePage(): {
  see(visible: boolean): void;
  frames(count: number, each?: number): void;
  waiting(): boolean;
} {
  let now = 1000;
  let next: FrameRequestCallback | undefined;
  let report: ((entries: { isIntersecting: boolean }[]) => void) | undefined;
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => {
    next = frame;
    return 1;
  });
  vi.stubGlobal("cancelAnimationFrame", () => (next = undefined));
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(given: typeof report) {
        report = given;
      }
      observe(): void {}
      disconnect(): void {
        report = undefined;
      }
    },
  );
  return {
    see: (visible) => report?.([{ isIntersecting: visible }]),
    frames(count, each = 40) {
      for (let i = 0; i < count && next; i++) {
        const frame = next;
        next = undefined;
        frame((now += each));
      }
    },
    waiting: () => next !== undefined,
  };
}
