import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { instrument } from "./vite/instrument.ts";

/** Where `homeplan serve` listens while the pages are developed with `npm run dev`. */
const backend = process.env["HOMEPLAN_ORIGIN"] ?? "http://localhost:8000";

export default defineConfig({
  plugins: [svelte(), instrument()],
  appType: "mpa",
  build: {
    outDir: "../src/homeplan/_web",
    emptyOutDir: true,
    target: ["es2022", "safari16.4", "chrome109", "firefox115"],
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { patient: "index.html", console: "console/index.html" } },
  },
  server: { proxy: { "/api": backend } },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
