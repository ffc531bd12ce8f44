// Node 20 does not read TypeScript; Vite does.
import { fileURLToPath } from "node:url";

import { runnerImport } from "vite";

const { module } = await runnerImport(fileURLToPath(new URL("sheet.ts", import.meta.url)));
module.sheets(process.argv.slice(2));
