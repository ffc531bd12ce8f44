import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Put it on your home screen",
  why: "iPhones and iPads can remind you only from there. It takes a minute.",
  share: "Tap the share button at the bottom of Safari.",
  add: "Scroll down and tap “Add to Home Screen”, then “Add”.",
  open: "Open Homeplan from your home screen and type this code:",
  showCode: "Show my code",
  codeUntil: (time: string) => `Works until ${time}.`,
  later: "Not now",
  button: "Install the app",
  pictured: { share: "The share button: a square with an arrow up", add: "The menu line with a plus in a square", open: "The Homeplan icon: a house" },
};

const es: typeof en = {
  title: "Póngala en su pantalla de inicio",
  why: "Los iPhone y iPad solo pueden avisarle desde ahí. Toma un minuto.",
  share: "Toque el botón de compartir, abajo en Safari.",
  add: "Baje y toque “Agregar a inicio” y luego “Agregar”.",
  open: "Abra Homeplan desde su pantalla de inicio y escriba este código:",
  showCode: "Mostrar mi código",
  codeUntil: (time) => `Sirve hasta las ${time}.`,
  later: "Ahora no",
  button: "Instalar la aplicación",
  pictured: { share: "El botón de compartir: un cuadro con una flecha hacia arriba", add: "La línea del menú con un signo más en un cuadro", open: "El ícono de Homeplan: una casa" },
};

export const words = dictionary({ en, es });
