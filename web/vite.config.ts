import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { budgets } from "./vite/budgets.ts";
import { figures } from "./vite/figures/plugin.ts";
import { instrument } from "./vite/instrument.ts";
import { worker } from "./vite/worker.ts";

/** Where `homeplan serve` listens while the pages are developed with `npm run dev`. */
const backend = process.env["HOMEPLAN_ORIGIN"] ?? "http://localhost:8000";

export default defineConfig({
  plugins: [svelte(), instrument(), figures(), worker(), budgets()],
  appType: "mpa",
  build: {
    outDir: "../src/homeplan/_web",
    emptyOutDir: true,
    target: ["es2022", "safari16.4", "chrome109", "firefox115"],
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { patient: "index.html", console: "console/index.html", sw: "src/sw/sw.ts" },
      // The worker must lie at the root, under a name that never changes, to be in charge of every page.
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  server: { proxy: { "/api": backend } },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
