import { dictionary } from "../../ui/language.svelte";

const en = {
  welcome: "Welcome",
  hello: (name: string) => `Hello, ${name}`,
  invited: (clinic: string) =>
    `${clinic} has made a home program for you. This app shows it day by day and asks how you are.`,
  start: "Start",
  starting: "One moment…",
  checking: "Looking at your invitation…",
  unusable: "This link or code does not work any more",
  unusableHelp: "Each one works once and for a short time. Please ask your clinic for a new one.",
  noAnswer: "We cannot reach the clinic's server. Check your connection and try again.",
  haveCode: "Do you have a code?",
  haveLink: "Scan the picture from your clinic with your phone's camera, or type the code that your clinic shows you.",
  code: "Code",
  codeHint: "10 letters and numbers",
  join: "Join",
  codeNotRight: "This code is not right, or its time is over. Ask your clinic for a new one.",
  tooMany: "That was a lot of tries. Please wait a few minutes.",
  notMine: (name: string) => `Not ${name}? Please close this page and ask your clinic.`,
  anotherPerson: "Someone else used this phone before. Their entries that were not sent yet will be removed from it.",
};

const es: typeof en = {
  welcome: "Le damos la bienvenida",
  hello: (name) => `Hola, ${name}`,
  invited: (clinic) =>
    `${clinic} preparó un programa para hacer en casa. Esta aplicación se lo muestra día a día y le pregunta cómo está.`,
  start: "Empezar",
  starting: "Un momento…",
  checking: "Revisando su invitación…",
  unusable: "Este enlace o código ya no sirve",
  unusableHelp: "Cada uno sirve una sola vez y por poco tiempo. Pida uno nuevo en su clínica.",
  noAnswer: "No podemos conectar con el servidor de la clínica. Revise su conexión e intente de nuevo.",
  haveCode: "¿Tiene un código?",
  haveLink: "Escanee la imagen de su clínica con la cámara del teléfono o escriba el código que le muestra su clínica.",
  code: "Código",
  codeHint: "10 letras y números",
  join: "Entrar",
  codeNotRight: "Este código no es correcto o ya venció. Pida uno nuevo en su clínica.",
  tooMany: "Fueron muchos intentos. Espere unos minutos.",
  notMine: (name) => `¿No es ${name}? Cierre esta página y pregunte en su clínica.`,
  anotherPerson: "Otra persona usó antes este teléfono. Sus registros que no se enviaron se borrarán de aquí.",
};

export const words = dictionary({ en, es });
