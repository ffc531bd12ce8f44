/** The bars of size: what a phone loads first, what it loads later, the worker, the shell. A build over one fails. */

import { gzipSync } from "node:zlib";

import type { Plugin } from "vite";

import { chunk, content, patientFiles, reachable } from "./worker.ts";

/** In kB (1000 bytes) after gzip. */
const limits = { patientFirst: 45, patientLater: 12, worker: 1.5, consoleFirst: 90, shell: 250 };

export function budgets(): Plugin {
  return {
    name: "homeplan:budgets",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const kB = (names: Iterable<string>): number =>
        [...names].reduce((sum, name) => sum + gzipSync(content(bundle, name), { level: 9 }).length, 0) / 1000;
      const first = (entry: string): Set<string> => reachable(bundle, chunk(bundle, undefined, entry).fileName, false);

      const patient = first("patient");
      const later = [...patientFiles(bundle)].filter((name) => name.endsWith(".js") && !patient.has(name));
      const measured: [string, number, number][] = [
        ["patient, first load", kB(patient), limits.patientFirst],
        ["console, first load", kB(first("console")), limits.consoleFirst],
        ["service worker", kB(["sw.js"]), limits.worker],
        ["shell without pictures", kB(patientFiles(bundle)), limits.shell],
        ...later.map((name): [string, number, number] => {
          const added = [...reachable(bundle, name, false)].filter((part) => !patient.has(part));
          return [`patient, later: ${chunk(bundle, name).name}`, kB(added), limits.patientLater];
        }),
      ];
      for (const [what, size, limit] of measured) {
        const line = `${what}: ${size.toFixed(2)} of ${limit} kB gz`;
        if (size > limit) this.error(`over budget - ${line}`);
        if (!what.startsWith("patient, later")) this.info(line);
      }
    },
  };
}
