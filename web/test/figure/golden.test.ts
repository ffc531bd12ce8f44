import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import { svg } from "../../src/core/figure/svg";
import { drawings } from "./library";

const hash = (picture: string) => createHash("sha256").update(picture).digest("hex").slice(0, 16);

/** After a change that was looked at (npm run figures): npx vitest run test/figure -u */
test("the pictures that hold still are those that were looked at", () => {
  expect(
    Object.fromEntries(drawings.map(([slug, drawing]) => [slug, hash(svg(drawing, drawing.caption.en))])),
  ).toMatchSnapshot();
});

test("a second view shows the same motion from elsewhere, and the pictures are those that were looked at", () => {
  const turned = drawings.filter(([, { second }]) => second);
  for (const [, { seen, second, view }] of turned) {
    expect(second?.seen).not.toBe(seen);
    expect(second?.view).not.toEqual(view);
  }
  const pictures = turned.map(([slug, drawing]) => [slug, hash(svg({ ...drawing, ...drawing.second }, ""))]);
  expect(Object.fromEntries(pictures)).toMatchSnapshot();
});

test.each(drawings)("the data of %s weighs at most 2.5 kB, and its picture 3", (_, drawing) => {
  const packed = (text: string) => gzipSync(text, { level: 9 }).length;
  expect(packed(JSON.stringify(drawing))).toBeLessThanOrEqual(2500);
  expect(packed(svg(drawing, drawing.caption.en, false))).toBeLessThanOrEqual(3000);
});

test.each(drawings)("the picture of %s brings no style and no script of its own", (_, drawing) => {
  expect(svg(drawing, 'a "label" <with> signs & more')).not.toMatch(
    /style=|<style|<script|on[a-z]+=|NaN|undefined|Infinity/,
  );
});

test("a label is escaped", () => {
  expect(svg(drawings[0]![1], 'a "b" <c> & d')).toContain('aria-label="a &#34;b&#34; &#60;c&#62; &#38; d"');
});
