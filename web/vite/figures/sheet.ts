/**
 * Contact sheets of all figures, to be looked at: each as a card on a phone shows it, in light and dark, for the left
 * side, its key poses, and its motion. `npm run figures [slug …]` writes them into screenshots/figures/.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Drawing } from "../../src/core/figure/drawing.ts";
import { mirror } from "../../src/core/figure/mirror.ts";
import { phaseAt, repetitionSeconds, stillSeconds } from "../../src/core/figure/motion.ts";
import { moment } from "../../src/core/figure/scene.ts";
import { svg, svgOf } from "../../src/core/figure/svg.ts";
import { compile } from "./compile.ts";
import { readFigures } from "./plugin.ts";

const folder = fileURLToPath(new URL("../../../screenshots/figures/", import.meta.url));
const cardsPerPage = 15;
const momentsInMotion = 6;

type Card = { title: string; pictures: string[] };

export function sheets(wanted: readonly string[]): void {
  const document = readFigures();
  const slugs = Object.keys(document.figures).filter((slug) => !wanted.length || wanted.includes(slug));
  const drawn = slugs.map((slug): [string, Drawing] => [slug, compile(document, slug)]);
  mkdirSync(folder, { recursive: true });
  const cards = (draw: (drawing: Drawing) => string[]): Card[] =>
    drawn.map(([slug, drawing]) => ({ title: `${slug}: ${drawing.caption.en}`, pictures: draw(drawing) }));

  print("light", "light", 3, cards((drawing) => [svg(drawing, "", false)]));
  print("dark", "dark", 3, cards((drawing) => [svg(drawing, "", false)]));
  print("left", "light", 3, cards((drawing) => [svg(mirror(drawing), "", false)]));
  print("poses", "light", 3, cards((drawing) => [svg(drawing, "", true)]));
  print("motion", "light", 1, cards(motion));
}

function motion(drawing: Drawing): string[] {
  const whole = repetitionSeconds(drawing) * (drawing.cycle ? 1 : 0.5);
  return Array.from({ length: momentsInMotion }, (_, i) => {
    const seconds = stillSeconds(drawing) + whole + (whole * i) / momentsInMotion;
    return svgOf(drawing, moment(drawing, phaseAt(drawing, seconds)), "");
  });
}

function print(name: string, scheme: "light" | "dark", columns: number, cards: Card[]): void {
  for (let page = 0; page * cardsPerPage < cards.length; page++) {
    const some = cards.slice(page * cardsPerPage, (page + 1) * cardsPerPage);
    photograph(`${name}-${page + 1}`, html(scheme, columns, some), columns, some.length);
  }
}

function html(scheme: "light" | "dark", columns: number, cards: Card[]): string {
  const card = ({ title, pictures }: Card): string => `<figure><div>${pictures.join("")}</div><figcaption>${title}</figcaption></figure>`;
  return `<!doctype html><meta charset="utf-8"><style>${css(scheme, columns)}</style>${cards.map(card).join("")}`;
}

/** The colours are those of ui/tokens.css. */
function css(scheme: "light" | "dark", columns: number): string {
  const [paper, ink, accent] = scheme === "light" ? ["#ffffff", "#39484b", "#d9480f"] : ["#221e1b", "#b4c2c1", "#f0702f"];
  return `
    body { margin: 8px; display: grid; grid-template-columns: repeat(${columns}, 1fr); gap: 8px; background: ${paper}; color: ${ink};
      font: 11px sans-serif; --fig-bg: ${paper}; --fig-hi: ${accent}; }
    figure { margin: 0; border: 1px solid #8884; }
    div { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; }
    svg { inline-size: 100%; display: block; }
    figcaption { padding: 2px 4px; block-size: 26px; overflow: hidden; }
    @supports (fill: color-mix(in srgb, red, red)) { .fig-far { opacity: 1; fill: color-mix(in srgb, currentColor 44%, var(--fig-bg)); } }`;
}

function photograph(name: string, page: string, columns: number, cards: number): void {
  const work = mkdtempSync(join(tmpdir(), "figures-"));
  const source = join(work, "sheet.html");
  writeFileSync(source, page);
  const cardHeight = columns === 1 ? 150 : 232;
  const size = `${960},${Math.ceil(cards / columns) * cardHeight + 16}`;
  const target = join(folder, `${name}.png`);
  const options = ["--headless", "--no-sandbox", "--hide-scrollbars", `--user-data-dir=${work}`, `--window-size=${size}`];
  const run = spawnSync("chromium", [...options, `--screenshot=${target}`, `file://${source}`], { encoding: "utf8" });
  rmSync(work, { recursive: true });
  if (run.status !== 0) throw new Error(`chromium could not draw ${name}: ${run.error?.message ?? run.stderr}`);
  console.log(target);
}
