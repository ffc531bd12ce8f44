import { readFileSync } from "node:fs";

import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { expect, test } from "vitest";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

test("api.gen.ts is what openapi.json says (after a change: npm run types)", async () => {
  const made = astToString(await openapiTS(read("openapi.json"), { defaultNonNullable: false }));
  expect(read("src/core/api.gen.ts")).toBe(COMMENT_HEADER + made);
});
