/**
 * The words of the patient's first screen, a file per language. Their sources hold both languages beside each other and
 * end with `export const words = dictionary({ en, es });`. In the build that line reads from the language that is
 * loaded, and `first-words/en` and `first-words/es` hold one language of all of them. Elsewhere both are there at once.
 */

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Plugin, Rolldown } from "vite";

import { content } from "./worker.ts";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const folders = ["patient/words/first/", "ui/words/"];
const languages = ["en", "es"];
const prefix = "first-words/";
const ending = "export const words = dictionary({ en, es });";

export function words(): Plugin[] {
  let split = false;
  const modules: Plugin = {
    name: "homeplan:words",
    enforce: "pre",
    configResolved({ command, mode }) {
      split = command === "build" && mode === "patient";
    },
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      if (!split) return "export default {};";
      const language = id.slice(prefix.length + 1);
      const files = folders.flatMap((folder) => readdirSync(source + folder).map((file) => source + folder + file));
      const imports = files.map((file) => `import ${nameOf(file)} from "${file}?${language}";`);
      return [...imports, `export default { ${files.map(nameOf).join(", ")} };`].join("\n");
    },
    transform(code, id) {
      const [file = "", language = ""] = id.split("?");
      if (!split || !folders.some((folder) => file.startsWith(source + folder))) return undefined;
      if (!code.includes(ending)) this.error(`${file} has no line ${ending}`);
      if (languages.includes(language)) {
        const alone = code.replace(ending, `export default ${language};`).replace(/^import { dictionary }.*$/m, "");
        return { code: alone, map: null };
      }
      const lines = [
        `import { loaded } from "${source}patient/words/load.ts";`,
        `import { language } from "${source}ui/language.svelte.ts";`,
        `export const words = () => loaded[language.current].${nameOf(file)};`,
      ];
      return { code: lines.join("\n"), map: null };
    },
  };
  /** Each page runs what loads the words at once, not only after the app has come. */
  const early: Plugin = {
    name: "homeplan:words-early",
    enforce: "post",
    generateBundle(_options, bundle) {
      const page = bundle["index.html"];
      if (!split || page?.type !== "asset") return;
      const name = Object.keys(bundle).find((file) => file.includes("/early-"));
      const hint = `<link rel="modulepreload" crossorigin href="/${name}">`;
      const html = String(content(bundle, "index.html"));
      if (!html.includes(hint)) this.error("index.html does not name the file that runs before the app");
      const script = `<script type="module" async fetchpriority="high" crossorigin src="/${name}"></script>`;
      page.source = html.replace(`${hint}\n    `, "").replace("<script", `${script}\n    <script`);
    },
  };
  return [modules, early];
}

/** The built files with the words of one language. */
export function wordFiles(bundle: Rolldown.OutputBundle): string[] {
  return Object.values(bundle).flatMap((file) =>
    file.type === "chunk" && file.facadeModuleId?.startsWith(`\0${prefix}`) ? [file.fileName] : [],
  );
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).replace(/\.ts$/, "");
}
