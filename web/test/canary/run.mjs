// svelte-check has passed vacuously for others: it must find the one error that Canary.svelte plants.
import { spawnSync } from "node:child_process";

const run = spawnSync("npx", ["svelte-check", "--tsconfig", "test/canary/tsconfig.json", "--output", "machine"], {
  encoding: "utf8",
});
const found = run.stdout.split("\n").filter((line) => line.includes(" ERROR "));
if (run.status === 0 || found.length !== 1 || !found[0].includes("Canary.svelte")) {
  console.error(`svelte-check did not find the planted error:\n${run.stdout}${run.stderr}`);
  process.exit(1);
}
