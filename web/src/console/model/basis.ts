/** The kind of basis that a text or rule rests on, read from the basis note of the data. */

export type BasisKind = "convention" | "partly" | "law" | "entry" | "source";

/** A note that begins with a convention counts as one, also when it cites a source after it. */
export function basisKind(basis: string): BasisKind {
  if (/^(clinical |traffic-light )?(and stop-rule )?conventions?\b/.test(basis)) return "convention";
  if (/\bconventions?\b/.test(basis)) return "partly";
  if (basis.startsWith("law and ethics")) return "law";
  return /^the (notes of|screen's item)/.test(basis) ? "entry" : "source";
}

/** Whether the note says more than its kind does. */
export function saysMore(basis: string): boolean {
  return basis !== "convention" && basis !== "law and ethics";
}
