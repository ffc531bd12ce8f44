import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Dry-needling certifications",
  hint: "From the first one on, the check before the needles stops for staff without a valid certification.",
  notYet: "None entered yet: nobody is asked for one.",
  offNow: "Switched off: nobody is asked for one, and the needling screen says so.",
  off: "Do not ask for certifications",
  until: (day: string, issuer: string) => `until ${day} · ${issuer}`,
  expired: "expired",
  missing: "none on file",
  enter: (name: string) => `Certification of ${name}`,
  who: "Colleague",
  issuer: "Issued by",
  expiresOn: "Last day",
  submit: "Enter",
  saved: (name: string) => `Certification of ${name} saved.`,
  remove: (name: string) => `Remove the certification of ${name}`,
  removed: (name: string) => `Certification of ${name} removed.`,
  changed: "Setting saved.",
  thinner: "Blood thinners",
  thinnerHint:
    "With a blood thinner, iliopsoas and quadratus lumborum stop. Your clinic may ask for a written reason instead. Basis: not absolute in the literature; the stop is the cautious default.",
  thinnerOverride: "Let a written reason override this stop",
};

const es: typeof en = {
  title: "Certificaciones en punción seca",
  hint: "Desde la primera, la revisión antes de las agujas se detiene para quien no tenga una certificación vigente.",
  notYet: "Todavía no hay ninguna: no se le pide a nadie.",
  offNow: "Desactivado: no se le pide a nadie, y la pantalla de punción lo dice.",
  off: "No pedir certificaciones",
  until: (day, issuer) => `hasta ${day} · ${issuer}`,
  expired: "vencida",
  missing: "no hay",
  enter: (name) => `Certificación de ${name}`,
  who: "Colega",
  issuer: "Emitida por",
  expiresOn: "Último día",
  submit: "Anotar",
  saved: (name) => `Certificación de ${name} guardada.`,
  remove: (name) => `Quitar la certificación de ${name}`,
  removed: (name) => `Se quitó la certificación de ${name}.`,
  changed: "Ajuste guardado.",
  thinner: "Anticoagulantes",
  thinnerHint:
    "Con anticoagulante, iliopsoas y cuadrado lumbar se detienen. Su clínica puede pedir un motivo por escrito en su lugar. Fundamento: no es absoluto en la literatura; el alto es lo prudente.",
  thinnerOverride: "Permitir con un motivo por escrito",
};

export const certifications = dictionary({ en, es });
