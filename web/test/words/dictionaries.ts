/** Every text of the dictionaries, by its id: "console/shell.problems.offline", the same for both languages. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

const source = join(import.meta.dirname, "../../src");
const folders = ["console/i18n", "patient/words", "patient/words/first", "ui/words"];

export type Words = { readonly id: string; readonly language: "en" | "es"; readonly text: string };

export function allWords(): Words[] {
  return folders.flatMap((folder) =>
    readdirSync(join(source, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
      .flatMap(({ name }) => wordsOf(join(source, folder, name), `${folder.split("/")[0]}/${name.replace(".ts", "")}`)),
  );
}

function wordsOf(path: string, prefix: string): Words[] {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Words[] = [];
  const walk = (node: ts.Node, id: string, language: "en" | "es") => {
    if (ts.isPropertyAssignment(node)) return walk(node.initializer, `${id}.${nameOf(node.name)}`, language);
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)) {
      const text = ts.isTemplateExpression(node)
        ? node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join("")
        : node.text;
      if (text.trim()) found.push({ id, language, text });
      if (!ts.isTemplateExpression(node)) return;
      return node.templateSpans.forEach((span) => walk(span.expression, id, language));
    }
    ts.forEachChild(node, (child) => walk(child, id, language));
  };
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const called = name.getText();
      if ((called === "en" || called === "es") && initializer) walk(initializer, prefix, called);
    }
  }
  return found;
}

function nameOf(name: ts.PropertyName): string {
  return ts.isStringLiteral(name) ? name.text : name.getText();
}
