import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, test } from "vitest";

test("the renderer weighs at most 6 kB", async () => {
  const input = "src/core/figure/index.ts";
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, rolldownOptions: { input, preserveEntrySignatures: "strict" } },
  });
  const [chunk] = (built as { output: { code?: string }[] }).output;
  expect(gzipSync(chunk?.code ?? "", { level: 9 }).length).toBeLessThanOrEqual(6000);
});
