import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { budgets } from "./vite/budgets.ts";
import { compress } from "./vite/compress.ts";
import { figures } from "./vite/figures/plugin.ts";
import { instrument } from "./vite/instrument.ts";
import { join } from "./vite/join.ts";
import { words } from "./vite/words.ts";
import { worker } from "./vite/worker.ts";

/** The address of `homeplan serve` while the pages are developed with `npm run dev`. */
const backend = process.env["HOMEPLAN_ORIGIN"] ?? "http://localhost:8000";

/** Two apps, two builds: what one of them needs of a shared module never weighs on the other. */
const inputs: Record<string, Record<string, string>> = {
  patient: { patient: "index.html", sw: "src/sw/sw.ts" },
  console: { console: "console/index.html", "console-sw": "src/sw/console.ts" },
};

const workers: Record<string, string> = { sw: "sw.js", "console-sw": "console/sw.js" };

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), instrument(), figures(), words(), join(), worker(), budgets(), compress()],
  appType: "mpa",
  build: {
    outDir: "../src/homeplan/_web",
    emptyOutDir: mode === "patient", // the first of the two
    target: ["es2022", "safari16.4", "chrome109", "firefox115"],
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    // Screens that come later lie on the phone soon after the first paint; a list of what each of them needs would weigh on it.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, needed, { hostType }) => (hostType === "html" ? needed : []),
    },
    rolldownOptions: {
      input: inputs[mode] ?? {},
      // A file of Svelte that is only imported does nothing: what no early screen calls need not come with them.
      treeshake: { moduleSideEffects: [{ test: /\/svelte\/src\/internal\/client\//, sideEffects: false }] },
      // A worker must lie where its pages do, under a name that never changes, to be in charge of them.
      output: {
        // The first screen names all sheets of style: no name is longer than it must be.
        assetFileNames: "assets/[hash][extname]",
        entryFileNames: ({ name }) => workers[name] ?? "assets/[name]-[hash].js",
        // What an entry needs at once is one file; what of Svelte only later screens use is not part of it.
        codeSplitting: {
          groups: [
            // Runs on its own, before the app: it brings the words of one language, and asks whom an invitation is for.
            {
              name: "early",
              test: /\/patient\/(invitation|words\/load)\.ts|\/core\/i18n\.ts|preload-helper/,
              priority: 2,
            },
            { name: "first", tags: ["$initial"], test: /^(?!.*(\/sw\/|\/bindings\/|create-subscriber))/, priority: 1 },
            // Parts of Svelte that only later screens use: fields of forms, lists to choose from, HTML in a text.
            ...[/\/bindings\/input/, /\/bindings\/select/, /\/svelte-element|\/blocks\/html\.|\/transitions\./].map(
              (test) => ({ name: "svelte", test, priority: 2, includeDependenciesRecursively: false }),
            ),
            // What the first screen does not need, but every start soon after it.
            { name: "exchange", test: /\/core\/exchange\.ts/ },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": backend } },
  // A test that waits for ever ends after a minute; a machine that is busy with other work makes none fail.
  test: { include: ["test/**/*.test.ts"], environment: "node", testTimeout: 60_000, hookTimeout: 60_000 },
}));
