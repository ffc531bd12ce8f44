import { dictionary } from "../../ui/language.svelte";

const en = {
  welcome: "Welcome",
  hello: (name: string) => `Hello, ${name}`,
  lead: {
    clinic: (clinic: string) =>
      `${clinic} has made a home program for you. This app shows it day by day and asks how you are.`,
    phone: () => "Your other phone shows this link.",
    helper: (clinic: string, name: string) =>
      `${name} has a home program from ${clinic} and asks you to help with it. You see the plan and can check in for ${name}. What you enter is marked; what you open is recorded.`,
  },
  keepBoth: "Use this phone too",
  onlyThis: "Use this phone, sign the other one out",
  helpTitle: (name: string) => `Help ${name}`,
  helpEnded: (name: string) => `You no longer help ${name}`,
  helpEndedWhy: (name: string) => `This phone has forgotten the plan. To help again, ask ${name} for a new link.`,
  start: "Start",
  starting: "One moment…",
  checking: "Looking at your invitation…",
  unusable: "This link or code does not work any more",
  unusableHelp: "Each one works once and for a short time. Please ask your clinic for a new one.",
  noAnswer: "We cannot reach the clinic's server. Check your connection and try again.",
  signInEnded: "Your sign-in on this phone has ended",
  askForLink:
    "Ask your clinic for a new link or code. What you entered is on this phone, and goes to your clinic when you are back.",
  haveCode: "Do you have a code?",
  haveLink: "Scan the picture from your clinic with your phone's camera, or type the code that your clinic shows you.",
  code: "Code",
  codeHint: "10 letters and numbers",
  join: "Join",
  codeNotRight: "This code is not right, or its time is over. Ask your clinic for a new one.",
  tooMany: "That was a lot of tries. Please wait a few minutes.",
  notMine: {
    clinic: (name: string) => `Not ${name}? Please close this page and ask your clinic.`,
    phone: (name: string) => `Not ${name}? Please close this page.`,
    helper: (name: string) => `Do you not know ${name}? Please close this page.`,
  },
  anotherPerson: "Someone else used this phone before. Their entries that were not sent yet will be removed from it.",
};

const es: typeof en = {
  welcome: "Le damos la bienvenida",
  hello: (name) => `Hola, ${name}`,
  lead: {
    clinic: (clinic) =>
      `${clinic} preparó un programa para hacer en casa. Esta aplicación se lo muestra día a día y le pregunta cómo está.`,
    phone: () => "Su otro teléfono muestra este enlace.",
    helper: (clinic, name) =>
      `${name} tiene un programa para la casa de ${clinic} y le pide ayuda. Usted ve el plan y puede hacer el registro por ${name}. Lo que anota queda marcado; lo que abre queda registrado.`,
  },
  keepBoth: "Usar también este teléfono",
  onlyThis: "Usar este teléfono y cerrar la sesión del otro",
  helpTitle: (name) => `Ayudar a ${name}`,
  helpEnded: (name) => `Usted ya no ayuda a ${name}`,
  helpEndedWhy: (name) => `Este teléfono olvidó el plan. Para ayudar de nuevo, pida a ${name} un enlace nuevo.`,
  start: "Empezar",
  starting: "Un momento…",
  checking: "Revisando su invitación…",
  unusable: "Este enlace o código ya no sirve",
  unusableHelp: "Cada uno sirve una sola vez y por poco tiempo. Pida uno nuevo en su clínica.",
  noAnswer: "No podemos conectar con el servidor de la clínica. Revise su conexión e intente de nuevo.",
  signInEnded: "Su sesión en este teléfono terminó",
  askForLink:
    "Pida a su clínica un enlace o un código nuevo. Lo que anotó está en este teléfono y se enviará cuando vuelva a entrar.",
  haveCode: "¿Tiene un código?",
  haveLink: "Escanee la imagen de su clínica con la cámara del teléfono o escriba el código que le muestra su clínica.",
  code: "Código",
  codeHint: "10 letras y números",
  join: "Entrar",
  codeNotRight: "Este código no es correcto o ya venció. Pida uno nuevo en su clínica.",
  tooMany: "Fueron muchos intentos. Espere unos minutos.",
  notMine: {
    clinic: (name) => `¿No es ${name}? Cierre esta página y pregunte en su clínica.`,
    phone: (name) => `¿No es ${name}? Cierre esta página.`,
    helper: (name) => `¿No conoce a ${name}? Cierre esta página.`,
  },
  anotherPerson: "Otra persona usó antes este teléfono. Sus registros que no se enviaron se borrarán de aquí.",
};

export const words = dictionary({ en, es });
