/** The parts of a longer text that is read and signed as a whole, such as the consent. All its words stay. */

/** A paragraph; "Common: soreness, …" has its label, "Common", apart. */
export type Paragraph = { readonly label: string | null; readonly text: string };

export type Parts = {
  readonly heading: string;
  /** Neighbours that all have a label, or all have none. */
  readonly groups: readonly (readonly Paragraph[])[];
};

/** The first paragraph as heading and the others in groups. A text of one paragraph, as older ones are, is taken apart
 * sentence by sentence. */
export function partsOf(text: string): Parts {
  const [heading = "", ...others] = text.trim().split(text.trim().includes("\n") ? /\s*\n\s*/ : /(?<=[.?!])\s+/);
  const groups: Paragraph[][] = [];
  for (const paragraph of others.map(paragraphOf)) {
    const last = groups.at(-1);
    if (last?.[0] && (last[0].label === null) === (paragraph.label === null)) last.push(paragraph);
    else groups.push([paragraph]);
  }
  return { heading, groups };
}

function paragraphOf(text: string): Paragraph {
  const [, label, rest] = /^([^.:]{1,40}):\s+(.+)$/s.exec(text) ?? [];
  return label && rest ? { label, text: rest } : { label: null, text };
}
