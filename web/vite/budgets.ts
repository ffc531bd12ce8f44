/** The bars of size: what a phone loads first, what it loads later, the worker, the shell. A build over one fails. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import type { Plugin, Rolldown } from "vite";

import { wordFiles } from "./words.ts";
import { chunk, content, patientFiles, reachable } from "./worker.ts";

/** In kB (1000 bytes) after gzip. */
const limits = { patientFirst: 48, patientLater: 12, worker: 1.5, consoleFirst: 90, shell: 250 };
/** Packages of others that run in the browser. */
const mostDependencies = 3;

export function budgets(): Plugin {
  return {
    name: "homeplan:budgets",
    apply: "build",
    buildStart() {
      const file = readFileSync(new URL("../package.json", import.meta.url), "utf8");
      const names = Object.keys((JSON.parse(file) as { dependencies: object }).dependencies);
      if (names.length > mostDependencies)
        this.error(`over budget - ${names.join(", ")}: ${names.length} of ${mostDependencies} packages`);
    },
    // Only now has Vite written into each file what it loads later.
    writeBundle(_options, bundle) {
      for (const [what, size, limit] of bundle["sw.js"] ? ofPatient(bundle) : ofConsole(bundle)) {
        const line = `${what}: ${size.toFixed(2)} of ${limit} kB gz`;
        if (size > limit) this.error(`over budget - ${line}`);
        if (!what.startsWith("patient, later")) this.info(line);
      }
    },
  };
}

type Measured = [what: string, kB: number, limit: number];

function ofPatient(bundle: Rolldown.OutputBundle): Measured[] {
  const app = reachable(bundle, chunk(bundle, undefined, "patient").fileName, false);
  const [words = ""] = wordFiles(bundle).sort((a, b) => kB(bundle, [b]) - kB(bundle, [a]));
  const first = new Set([...app, words]);
  const later = [...patientFiles(bundle)].filter(
    (name) => name.endsWith(".js") && !app.has(name) && !wordFiles(bundle).includes(name),
  );
  return [
    ["patient, first load", kB(bundle, first), limits.patientFirst],
    ["service worker", kB(bundle, ["sw.js"]), limits.worker],
    ["shell without pictures", kB(bundle, patientFiles(bundle)), limits.shell],
    ...later.map((name): Measured => {
      const added = [...reachable(bundle, name, false)].filter((part) => !first.has(part));
      return [`patient, later: ${chunk(bundle, name).name}`, kB(bundle, added), limits.patientLater];
    }),
  ];
}

function ofConsole(bundle: Rolldown.OutputBundle): Measured[] {
  const first = reachable(bundle, chunk(bundle, undefined, "console").fileName, false);
  return [["console, first load", kB(bundle, first), limits.consoleFirst]];
}

function kB(bundle: Rolldown.OutputBundle, names: Iterable<string>): number {
  return [...names].reduce((sum, name) => sum + gzipSync(content(bundle, name), { level: 9 }).length, 0) / 1000;
}
