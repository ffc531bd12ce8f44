/**
 * Compiles the drawings of the exercises into modules: `figures/<slug>` each, and `figures/index`, which loads them when
 * they are asked for - together with those that start from the same position, because a file for each would cost the
 * service worker's list more than it saves a phone.
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";
import { parse } from "yaml";

import { compile } from "./compile.ts";
import type { Document } from "./document.ts";

const source = fileURLToPath(new URL("../../../src/homeplan/library/data/poses.yaml", import.meta.url));
const prefix = "figures/";
const group = "from-";

export function figures(): Plugin {
  return {
    name: "homeplan:figures",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const name = id.slice(prefix.length + 1);
      const document = readFigures();
      this.addWatchFile(source);
      if (name === "index") return index(document);
      if (name.startsWith(group)) return members(document, name.slice(group.length));
      return `export default ${JSON.stringify(compile(document, name))};`;
    },
  };
}

let read: { text: string; document: Document } | undefined;

export function readFigures(): Document {
  const text = readFileSync(source, "utf8");
  // Every module asks; parsing takes longer than all the rest.
  if (read?.text !== text) read = { text, document: parse(text) as Document };
  return read.document;
}

function index(document: Document): string {
  const starts = [...new Set(Object.keys(document.presets).map((preset) => startOf(document, preset)))].sort();
  const slugs = starts.map((start) => startingFrom(document, start).join(" "));
  const loaders = starts.map((start) => `() => import("${prefix}${group}${start}")`);
  return `
    const groups = ${JSON.stringify(slugs)}.map((slugs) => slugs.split(" "));
    const loaders = [${loaders.join(", ")}];
    const groupOf = (slug) => groups.findIndex((slugs) => slugs.includes(slug));
    export const hasFigure = (slug) => groupOf(slug) >= 0;
    export const loadFigure = async (slug) => (await loaders[groupOf(slug)]?.())?.default[slug];
  `;
}

function members(document: Document, start: string): string {
  const slugs = startingFrom(document, start);
  const imports = slugs.map((slug, i) => `import d${i} from "${prefix}${slug}";`);
  return `${imports.join("\n")}\nexport default { ${slugs.map((slug, i) => `"${slug}": d${i}`).join(", ")} };`;
}

function startingFrom(document: Document, start: string): string[] {
  return Object.entries(document.figures).flatMap(([slug, { preset }]) =>
    startOf(document, preset) === start ? slug : [],
  );
}

/** Standing and sitting have one frame, but are too many for one file. */
function startOf({ presets }: Document, preset: string): string {
  return preset === "sit" ? preset : (presets[preset]?.frame ?? "stand");
}
