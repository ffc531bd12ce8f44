/**
 * The page of an invitation: the app's own, which asks for the screen of joining at once, not a round trip later, and
 * whom the invitation is for while the app is still on its way (src/patient/invitation.ts). No search engine lists it.
 */

import type { Plugin } from "vite";

import { chunk, content, reachable } from "./worker.ts";

export function join(): Plugin {
  return {
    name: "homeplan:join",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      if (!bundle["index.html"]) return; // the console has no invitations of its own
      const first = reachable(bundle, chunk(bundle, undefined, "patient").fileName, false);
      const screen = chunk(bundle, undefined, "Pair").fileName;
      const hints = [...reachable(bundle, screen, false)].filter((name) => !first.has(name)).map(hint);
      hints.unshift('  <meta name="robots" content="noindex" />\n  ');
      const page = String(content(bundle, "index.html")).replace("</head>", `${hints.join("")}</head>`);
      this.emitFile({ type: "asset", fileName: "join.html", source: page });
    },
  };
}

function hint(name: string): string {
  const what = name.endsWith(".css") ? 'rel="preload" as="style"' : 'rel="modulepreload"';
  return `  <link ${what} crossorigin href="/${name}">\n  `;
}
