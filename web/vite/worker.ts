/** Writes the list of what the patient app needs without a network - the console is not among it - and tells the worker. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Plugin, Rolldown } from "vite";

type Bundle = Rolldown.OutputBundle;

const publicFolder = fileURLToPath(new URL("../public/", import.meta.url));

export function worker(): Plugin {
  return {
    name: "homeplan:worker",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      if (!bundle["sw.js"]) return; // the console's worker keeps no files
      const sw = chunk(bundle, "sw.js");
      if (sw.imports.length || sw.dynamicImports.length) this.error("the service worker must stand alone");
      const built = [...patientFiles(bundle)].sort();
      const seen = createHash("sha256");
      for (const name of built) seen.update(name).update(content(bundle, name));
      const fixed = publicFiles();
      for (const name of fixed) seen.update(name).update(readFileSync(publicFolder + name));
      const files = [...built.filter((name) => name !== "index.html"), ...fixed].map((name) => `/${name}`);
      const fileName = `assets/shell-${seen.digest("hex").slice(0, 12)}.json`;
      this.emitFile({ type: "asset", fileName, source: JSON.stringify(["/", ...files]) });
      sw.code = sw.code.replace("__SHELL__", () => JSON.stringify(`/${fileName}`));
    },
  };
}

/** index.html and everything that it loads, now or later. */
export function patientFiles(bundle: Bundle): Set<string> {
  return new Set(["index.html", ...reachable(bundle, chunk(bundle, undefined, "patient").fileName, true)]);
}

/** A chunk with what it imports - and, if `later`, what it may import later - and their styles. */
export function reachable(bundle: Bundle, start: string, later: boolean): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const { imports, dynamicImports, viteMetadata } = chunk(bundle, name);
    for (const css of viteMetadata?.importedCss ?? []) found.add(css);
    for (const next of later ? [...imports, ...dynamicImports] : imports) visit(next);
  };
  visit(start);
  return found;
}

/** A chunk by its file, or by the name of its entry or of the screen that is loaded later. */
export function chunk(bundle: Bundle, fileName?: string, name?: string): Rolldown.OutputChunk {
  const found = Object.values(bundle).find(
    (file) =>
      file.type === "chunk" &&
      (file.fileName === fileName || ((file.isEntry || file.isDynamicEntry) && file.name === name)),
  );
  if (found?.type !== "chunk") throw new Error(`the build has no ${fileName ?? name}`);
  return found;
}

export function content(bundle: Bundle, name: string): string | Uint8Array {
  const file = bundle[name];
  if (!file) throw new Error(`the build has no ${name}`);
  return file.type === "chunk" ? file.code : file.source;
}

function publicFiles(): string[] {
  return readdirSync(publicFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(publicFolder.length).replace(/^\//, ""))
    .filter((name) => !/512|^(console|pictures)\//.test(name)) // the system's installer asks for those
    .sort();
}
