/** Instants in inputs of type datetime-local, on this desk's clock. */

/** "2026-03-02T08:05". */
export function toLocal(at: string | Date): string {
  return new Date(at).toLocaleString("sv").slice(0, 16).replace(" ", "T");
}

/** The instant that is typed; `known` with its seconds when its minute was not changed. */
export function fromLocal(typed: string, known: Date): string {
  return (typed === toLocal(known) ? known : new Date(typed)).toISOString();
}
