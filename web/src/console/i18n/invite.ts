import { dictionary } from "../../ui/language.svelte";

/** The words of the sheet that the patient takes home, in the patient's language. */
const en = {
  title: "Invite the patient's phone",
  intro: "Makes a link as a QR code and a code to type. Each works once. Making a new one voids the earlier one.",
  make: "Make an invitation",
  again: "Make a new one",
  pending: (until: string) => `An invitation handed out earlier can be used until ${until}.`,
  joined: (when: string) => `A phone was paired on ${when}. A new invitation adds another phone.`,
  void: "Void it",
  voided: "The invitation is void.",
  print: "Print",
  expires: (when: string) => `The QR code works until ${when}.`,
  codeExpires: (when: string) => `The code works until ${when}.`,
  codeGone: "The code has expired. The QR code still works; make a new invitation for a new code.",
  once: "Link and code are shown only now; they are stored nowhere.",
  sheet: {
    language: "Sheet in",
    hello: (name: string) => `Hello ${name}`,
    from: (clinic: string) => `${clinic} has prepared your home program.`,
    steps: [
      "Open the camera of your phone and point it at the square.",
      "Tap the link, then tap the one button on the page.",
      "On an iPhone, the page shows how to put the app on your home screen. The app then asks for this code:",
    ],
    qr: "QR code of the link",
    until: (when: string) => `The code works until ${when}. After that, ask your clinic for a new one.`,
    address: (host: string) => `Without a camera: open ${host} on your phone and type the code.`,
    help: (phone: string) => `Questions? Call ${phone}.`,
    notWatched: "No one watches this app around the clock. In an emergency, call your emergency number.",
  },
};

const es: typeof en = {
  title: "Invitar el teléfono del paciente",
  intro:
    "Crea un enlace como código QR y un código para escribir. Cada uno sirve una vez. Crear otro anula el anterior.",
  make: "Crear una invitación",
  again: "Crear otra",
  pending: (until) => `Una invitación entregada antes se puede usar hasta ${until}`,
  joined: (when) => `Se conectó un teléfono el ${when}. Otra invitación agrega otro teléfono.`,
  void: "Anularla",
  voided: "La invitación quedó anulada.",
  print: "Imprimir",
  expires: (when) => `El código QR sirve hasta ${when}`,
  codeExpires: (when) => `El código sirve hasta ${when}`,
  codeGone: "El código venció. El código QR todavía sirve; cree otra invitación para tener un código nuevo.",
  once: "El enlace y el código se muestran solo ahora; no se guardan en ningún lugar.",
  sheet: {
    language: "Hoja en",
    hello: (name) => `Hola, ${name}`,
    from: (clinic) => `${clinic} preparó su programa en casa.`,
    steps: [
      "Abra la cámara de su teléfono y apunte al cuadro.",
      "Toque el enlace y luego el único botón de la página.",
      "En un iPhone, la página muestra cómo poner la aplicación en la pantalla de inicio. La aplicación pide después este código:",
    ],
    qr: "Código QR del enlace",
    until: (when) => `El código sirve hasta ${when} Después, pida otro en su clínica.`,
    address: (host) => `Sin cámara: abra ${host} en su teléfono y escriba el código.`,
    help: (phone) => `¿Preguntas? Llame al ${phone}.`,
    notWatched: "Nadie vigila esta aplicación todo el tiempo. En una emergencia, llame al número de emergencias.",
  },
};

export const invite = dictionary({ en, es });
export const sheets = { en: en.sheet, es: es.sheet };
