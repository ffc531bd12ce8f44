import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "This browser keeps nothing",
  why: "The app cannot work here, because this browser does not let it store anything. Your invitation stays good.",
  steps: [
    "Leave the private or incognito window, and open the link in an ordinary one.",
    "Or open it in the browser that came with your phone.",
    "Or allow this site to store data, in the browser's settings.",
  ],
  numbers: "If you need help now",
};

const es: typeof en = {
  title: "Este navegador no guarda nada",
  why: "La aplicación no puede funcionar aquí, porque este navegador no le deja almacenar nada. Su invitación sigue siendo válida.",
  steps: [
    "Salga de la ventana privada o de incógnito y abra el enlace en una ventana normal.",
    "O ábralo en el navegador que venía con su teléfono.",
    "O permita que este sitio almacene datos, en los ajustes del navegador.",
  ],
  numbers: "Si necesita ayuda ahora",
};

export const words = dictionary({ en, es });
