/** Messages that are being written at this desk, kept in the tab over a reload until the person signs out. */

const prefix = "homeplan.message.";

/** The draft of one member of staff to one patient; `edits` is the id of the message that it replaces. */
export type MessageDraft = { words: string; edits?: string | undefined };

export function keptDraft(staffId: string, patientId: string): MessageDraft | undefined {
  const kept = sessionStorage.getItem(keyOf(staffId, patientId));
  return kept === null ? undefined : (JSON.parse(kept) as MessageDraft);
}

/** Keeps the draft, and nothing where nothing is written. */
export function keepDraft(staffId: string, patientId: string, draft: MessageDraft): void {
  if (draft.words) sessionStorage.setItem(keyOf(staffId, patientId), JSON.stringify(draft));
  else sessionStorage.removeItem(keyOf(staffId, patientId));
}

export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
}

function keyOf(staffId: string, patientId: string): string {
  return `${prefix}${staffId}.${patientId}`;
}
