import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Privacy notice",
  purposeTitle: "What this app is for",
  purpose:
    "It shows the home program that your therapist made, reminds you, and lets you tell how you are. It informs. It never diagnoses, and it never changes a dose by itself: your therapist decides.",
  whoTitle: "Who keeps your data",
  who: (clinic: string) => `${clinic} keeps it, on the server that the clinic chose.`,
  whoByCode: "The clinic that gave you the code keeps it, on the server that it chose.",
  contact: (contact: string) => `Questions about your data: ${contact}`,
  phone: (phone: string) => `Telephone: ${phone}`,
  whatTitle: "What is kept",
  what: [
    "your name, language and time zone, and what the clinic notes for your treatment",
    "your program, needling sessions, check-ins, answers about warning signs, and what you did",
    "telephone numbers that you or the clinic entered, contacts with the clinic, and your visits",
    "your reminders, and how they reach you: this phone, an e-mail address or a number, as you choose",
    "who at the clinic read or changed any of it, and when",
    "if you invite a helper: the name that you give them, what they enter and what they open",
  ],
  useTitle: "What it is used for",
  use: "Your treatment, and nothing else. Nobody is paid for it, and no advertising or measuring service is in this app.",
  readersTitle: "Who can read it",
  readers:
    "Your care team and the clinic's administrators, and a helper if you invite one. The front desk reads your name, telephone numbers and visits, and nothing about your health. Reminders go through the push service of your phone's maker, encrypted, or by e-mail or text message if you chose that: with no word about you or your treatment.",
  timeTitle: "How long it is kept",
  years: (years: number) =>
    years === 1
      ? "Your treatment record is kept for 1 year after your treatment."
      : `Your treatment record is kept for ${years} years after your treatment.`,
  ask: "Your treatment record is kept as long as the law demands. Your clinic tells you for how long.",
  rightsTitle: "What you can do",
  rights: [
    "see and take all of it: Me, Your data",
    "delete what the clinic need not keep, at once: Me, Your data",
    "ask the clinic to correct what is wrong",
    "complain to the authority that protects personal data where you live",
  ],
};

const es: typeof en = {
  title: "Aviso de privacidad",
  purposeTitle: "Para qué sirve esta aplicación",
  purpose:
    "Muestra el programa para la casa que hizo su terapeuta, le avisa y le deja contar cómo está. Informa. Nunca diagnostica y nunca cambia una dosis por sí misma: su terapeuta decide.",
  whoTitle: "Quién guarda sus datos",
  who: (clinic) => `Los guarda ${clinic}, en el servidor que la clínica eligió.`,
  whoByCode: "Los guarda la clínica que le dio el código, en el servidor que eligió.",
  contact: (contact) => `Preguntas sobre sus datos: ${contact}`,
  phone: (phone) => `Teléfono: ${phone}`,
  whatTitle: "Qué se guarda",
  what: [
    "su nombre, idioma y zona horaria, y lo que la clínica anota para su tratamiento",
    "su programa, punciones, registros diarios, respuestas sobre señales de alarma y lo que hizo",
    "teléfonos que usted o la clínica anotaron, contactos con la clínica y sus citas",
    "sus avisos y cómo le llegan: este teléfono, un correo o un número, como usted elija",
    "quién de la clínica lo leyó o cambió, y cuándo",
    "si invita a alguien que le ayude: el nombre que le da, lo que anota y lo que abre",
  ],
  useTitle: "Para qué se usa",
  use: "Para su tratamiento y nada más. Nadie paga por ellos, y en esta aplicación no hay publicidad ni servicios de medición.",
  readersTitle: "Quién puede leerlos",
  readers:
    "Su equipo tratante y los administradores de la clínica, y quien le ayude si invita a alguien. La recepción lee su nombre, sus teléfonos y sus citas, y nada sobre su salud. Los avisos pasan por el servicio del fabricante de su teléfono, cifrados, o por correo o mensaje de texto si usted lo eligió: sin una palabra sobre usted ni su tratamiento.",
  timeTitle: "Cuánto tiempo se guardan",
  years: (years) =>
    years === 1
      ? "Su expediente de tratamiento se guarda 1 año después del tratamiento."
      : `Su expediente de tratamiento se guarda ${years} años después del tratamiento.`,
  ask: "Su expediente de tratamiento se guarda mientras la ley lo exija. Su clínica le dice por cuánto tiempo.",
  rightsTitle: "Qué puede hacer",
  rights: [
    "ver y llevarse todo: Yo, Sus datos",
    "borrar de inmediato lo que la clínica no debe guardar: Yo, Sus datos",
    "pedir a la clínica que corrija lo que esté mal",
    "quejarse ante la autoridad que protege los datos personales donde vive",
  ],
};

export const words = dictionary({ en, es });
