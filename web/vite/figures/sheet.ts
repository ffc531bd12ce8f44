/**
 * Contact sheets of all figures, to be looked at: each as a card on a phone shows it, in light and dark, for the left
 * side, its key poses, and its motion. `npm run figures [slug …]` writes them into screenshots/figures/.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Drawing } from "../../src/core/figure/drawing.ts";
import { mirror } from "../../src/core/figure/mirror.ts";
import { stillPhase } from "../../src/core/figure/motion.ts";
import { moment } from "../../src/core/figure/scene.ts";
import { svg, svgOf } from "../../src/core/figure/svg.ts";
import { compile } from "./compile.ts";
import { readFigures } from "./plugin.ts";

const folder = fileURLToPath(new URL("../../../screenshots/figures/", import.meta.url));
const momentsInMotion = 8;

type Card = { title: string; pictures: string[] };

/** Pixels, and how many cards stand next to each other and on a page. */
type Layout = { width: number; columns: number; row: number; page: number };

const cards: Layout = { width: 960, columns: 3, row: 232, page: 15 };
const strips: Layout = { width: 1280, columns: 1, row: 150, page: 15 };
/** All of them at the size of a thumb, on one page as wide as a phone. */
const thumbs: Layout = { width: 390, columns: 3, row: 112, page: 60 };

export function sheets(wanted: readonly string[]): void {
  const document = readFigures();
  const slugs = Object.keys(document.figures).filter((slug) => !wanted.length || wanted.includes(slug));
  const drawn = slugs.map((slug): [string, Drawing] => [slug, compile(document, slug)]);
  mkdirSync(folder, { recursive: true });
  const each = (draw: (drawing: Drawing) => string[]): Card[] =>
    drawn.map(([slug, drawing]) => ({ title: `${slug}: ${drawing.caption.en}`, pictures: draw(drawing) }));
  const still = each((drawing) => [svg(drawing, "", false)]);

  for (const scheme of ["light", "dark"] as const) {
    print(scheme, scheme, cards, still);
    print(
      `thumbs-${scheme}`,
      scheme,
      thumbs,
      each((drawing) => [svgOf(drawing, moment(drawing, stillPhase(drawing)), "")]),
    );
    print(
      `poses-${scheme}`,
      scheme,
      cards,
      each((drawing) => [svg(drawing, "", true)]),
    );
  }
  print(
    "left",
    "light",
    cards,
    each((drawing) => [svg(mirror(drawing), "", false)]),
  );
  const turned = drawn.filter(([, { second }]) => second);
  print(
    "second",
    "light",
    cards,
    turned.map(([slug, drawing]) => ({ title: slug, pictures: [svg({ ...drawing, ...drawing.second }, "", false)] })),
  );
  print("motion", "light", strips, each(motion));
}

function motion(drawing: Drawing): string[] {
  const last = drawing.cycle ? momentsInMotion : momentsInMotion - 1;
  return Array.from({ length: momentsInMotion }, (_, i) => svgOf(drawing, moment(drawing, i / last), ""));
}

function print(name: string, scheme: "light" | "dark", layout: Layout, all: Card[]): void {
  for (let page = 0; page * layout.page < all.length; page++) {
    const some = all.slice(page * layout.page, (page + 1) * layout.page);
    photograph(`${name}-${page + 1}`, html(scheme, layout, some), layout, some.length);
  }
}

function html(scheme: "light" | "dark", { columns }: Layout, some: Card[]): string {
  const card = ({ title, pictures }: Card): string =>
    `<figure><div>${pictures.join("")}</div><figcaption>${title}</figcaption></figure>`;
  return `<!doctype html><meta charset="utf-8"><style>${css(scheme, columns)}</style>${some.map(card).join("")}`;
}

/** The colours are those of ui/tokens.css; the dark ones are the rules of its query about the dark theme. */
function css(scheme: "light" | "dark", columns: number): string {
  const tokens = readFileSync(new URL("../../src/ui/tokens.css", import.meta.url), "utf8");
  const shown = scheme === "dark" ? tokens.replaceAll("screen and (prefers-color-scheme: dark)", "all") : tokens;
  return `${shown}
    body { margin: 8px; display: grid; grid-template-columns: repeat(${columns}, 1fr); gap: 8px; background: var(--surface);
      font: 11px sans-serif; }
    figure { margin: 0; border: 1px solid #8884; }
    div { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; }
    svg { inline-size: 100%; display: block; }
    figcaption { padding: 2px 4px; block-size: 26px; overflow: hidden; }`;
}

function photograph(name: string, page: string, { width, columns, row }: Layout, count: number): void {
  const work = mkdtempSync(join(tmpdir(), "figures-"));
  const source = join(work, "sheet.html");
  writeFileSync(source, page);
  const size = `${width},${Math.ceil(count / columns) * row + 16}`;
  const target = join(folder, `${name}.png`);
  const options = [
    "--headless",
    "--no-sandbox",
    "--hide-scrollbars",
    `--user-data-dir=${work}`,
    `--window-size=${size}`,
  ];
  const run = spawnSync("chromium", [...options, `--screenshot=${target}`, `file://${source}`], { encoding: "utf8" });
  rmSync(work, { recursive: true });
  if (run.status !== 0) throw new Error(`chromium could not draw ${name}: ${run.error?.message ?? run.stderr}`);
  console.log(target);
}
