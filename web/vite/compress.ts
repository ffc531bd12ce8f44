/** A brotli copy beside each built text, which the server sends to browsers that accept it (homeplan/http/static.py). */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

import type { Plugin } from "vite";

import { content } from "./worker.ts";

export function compress(): Plugin {
  return {
    name: "homeplan:compress",
    apply: "build",
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((name) => /\.(js|css|html|json|svg)$/.test(name))) {
        const body = content(bundle, name);
        if (body.length > 256) writeFileSync(join(dir!, `${name}.br`), brotliCompressSync(body));
      }
    },
  };
}
