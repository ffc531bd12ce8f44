import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Privacy lock",
  what: "Hides the app until you enter a PIN or show that this is your phone. Get help always works.",
  not: "It hides; it does not encrypt. Lock your phone as well.",
  pin: "PIN, 4 to 6 digits",
  again: "The same PIN again",
  after: "Ask when the app was away for",
  afters: { 0: "any time", 60_000: "1 minute", 300_000: "5 minutes" } as Record<number, string>,
  notPin: "A PIN has 4 to 6 digits.",
  differ: "The two are not the same.",
  set: "Lock with this PIN",
  passkey: "Use fingerprint or face instead",
  passkeyFailed: "Your phone did not confirm it. Try again, or use a PIN.",
  isOn: { pin: "Locked with a PIN", passkey: "Locked with fingerprint or face" },
  always: "It also asks whenever the app starts.",
  off: "Turn the lock off",
  locked: "Homeplan is locked",
  enter: "Enter your PIN",
  open: "Open",
  wrong: "That is not the PIN. Try again.",
  wait: (seconds: number) => `Too many tries. Wait ${seconds} seconds.`,
  forgot: "I forgot my PIN",
  forgotWhat: "You can sign out and join again with a new invitation from your clinic. What was sent is safe there.",
  unsent: (n: number) =>
    n === 1 ? "1 entry was not sent yet and would be lost." : `${n} entries were not sent yet and would be lost.`,
  send: "Try to send first",
  signOut: "Sign out on this phone",
  offline: "Signing out needs a connection.",
};

const es: typeof en = {
  title: "Bloqueo de privacidad",
  what: "Oculta la aplicación hasta que escriba un PIN o muestre que este es su teléfono. Pedir ayuda siempre funciona.",
  not: "Oculta, pero no cifra. Bloquee también su teléfono.",
  pin: "PIN, de 4 a 6 números",
  again: "El mismo PIN otra vez",
  after: "Preguntar si la aplicación estuvo cerrada",
  afters: { 0: "cualquier tiempo", 60_000: "1 minuto", 300_000: "5 minutos" },
  notPin: "Un PIN tiene de 4 a 6 números.",
  differ: "Los dos no son iguales.",
  set: "Bloquear con este PIN",
  passkey: "Usar huella o rostro",
  passkeyFailed: "Su teléfono no lo confirmó. Intente de nuevo o use un PIN.",
  isOn: { pin: "Bloqueada con un PIN", passkey: "Bloqueada con huella o rostro" },
  always: "También pregunta cada vez que la aplicación empieza.",
  off: "Quitar el bloqueo",
  locked: "Homeplan está bloqueada",
  enter: "Escriba su PIN",
  open: "Abrir",
  wrong: "Ese no es el PIN. Intente de nuevo.",
  wait: (seconds) => `Demasiados intentos. Espere ${seconds} segundos.`,
  forgot: "Olvidé mi PIN",
  forgotWhat:
    "Puede cerrar la sesión y entrar de nuevo con otra invitación de su clínica. Lo que se envió está seguro allí.",
  unsent: (n) =>
    n === 1 ? "1 registro no se ha enviado y se perdería." : `${n} registros no se han enviado y se perderían.`,
  send: "Intentar enviar antes",
  signOut: "Cerrar la sesión en este teléfono",
  offline: "Para cerrar la sesión se necesita conexión.",
};

export const words = dictionary({ en, es });
