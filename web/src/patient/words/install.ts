import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Put it on your home screen",
  why: "iPhones and iPads can remind you only from there. It takes a minute.",
  share: "Tap the share button at the bottom of Safari.",
  add: "Scroll down and tap “Add to Home Screen”, then “Add”.",
  open: "Open Homeplan from your home screen and type this code:",
  showCode: "Show my code",
  copy: "Copy it",
  copied: "Copied. In the app, hold a finger on the field and tap “Paste”.",
  codeUntil: (time: string) => `Works until ${time}.`,
  later: "Not now",
};

const es: typeof en = {
  title: "Póngala en su pantalla de inicio",
  why: "Los iPhone y iPad solo pueden avisarle desde ahí. Toma un minuto.",
  share: "Toque el botón de compartir, abajo en Safari.",
  add: "Baje y toque “Agregar a inicio” y luego “Agregar”.",
  open: "Abra Homeplan desde su pantalla de inicio y escriba este código:",
  showCode: "Mostrar mi código",
  copy: "Copiarlo",
  copied: "Copiado. En la aplicación, mantenga el dedo sobre el campo y toque “Pegar”.",
  codeUntil: (time) => `Sirve hasta las ${time}.`,
  later: "Ahora no",
};

export const words = dictionary({ en, es });
