import { dictionary } from "../../ui/language.svelte";

const en = {
  leave: {
    title: "Leave this page?",
    kept: "What you typed here is not saved. It is kept on this computer, encrypted, until you come back, for 14 days.",
    lost: "What you typed here is not saved, and it could not be kept on this computer. If you leave, it is gone.",
    stay: "Stay here",
    leave: "Leave, keep the draft",
    loseIt: "Leave without it",
    discard: "Discard it",
  },
  signOut: {
    title: "Sign out with unsaved forms?",
    hint: "Forms that you began and did not save are deleted from this computer when you sign out.",
    stay: "Stay signed in",
    leave: "Sign out and delete them",
  },
  draft: {
    back: (when: string) => `This is what you typed on ${when}. It is not saved yet.`,
    waits: (when: string) =>
      `You typed something here on ${when} that is not saved. Since then this form or its record changed.`,
    putBack: "Put it back",
    discard: "Discard it",
    unkept: "This computer cannot keep what you type here. Save before you leave.",
  },
};

const es: typeof en = {
  leave: {
    title: "¿Salir de esta página?",
    kept: "Lo que escribió aquí no está guardado. Queda en esta computadora, cifrado, hasta que vuelva, por 14 días.",
    lost: "Lo que escribió aquí no está guardado y no se pudo dejar en esta computadora. Si sale, se pierde.",
    stay: "Quedarme aquí",
    leave: "Salir y dejar el borrador",
    loseIt: "Salir sin él",
    discard: "Descartarlo",
  },
  signOut: {
    title: "¿Cerrar la sesión con formularios sin guardar?",
    hint: "Los formularios que empezó y no guardó se borran de esta computadora al cerrar la sesión.",
    stay: "Seguir con la sesión",
    leave: "Cerrar la sesión y borrarlos",
  },
  draft: {
    back: (when) => `Esto es lo que escribió el ${when}. Todavía no está guardado.`,
    waits: (when) =>
      `El ${when} escribió aquí algo que no está guardado. Desde entonces cambió este formulario o su registro.`,
    putBack: "Recuperarlo",
    discard: "Descartarlo",
    unkept: "Esta computadora no puede dejar aquí lo que escribe. Guarde antes de salir.",
  },
};

export const forms = dictionary({ en, es });
