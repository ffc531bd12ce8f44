import { dictionary } from "../../ui/language.svelte";

const en = {
  name: "Homeplan",
  tabs: { today: "Today", progress: "Progress", reminders: "Reminders", me: "Me" },
  mainNavigation: "Main",
  getHelp: "Get help",
  back: "Back",
  backToToday: "Back to today",
  close: "Close",
  save: "Save",
  cancel: "Cancel",
  tryAgain: "Try again",
  loading: "Loading…",
  optional: "optional",
  newVersion: "A new version of the app is ready.",
  update: "Update now",
  skipToContent: "Skip to content",
};

const es: typeof en = {
  name: "Homeplan",
  tabs: { today: "Hoy", progress: "Progreso", reminders: "Avisos", me: "Yo" },
  mainNavigation: "Principal",
  getHelp: "Pedir ayuda",
  back: "Atrás",
  backToToday: "Volver a hoy",
  close: "Cerrar",
  save: "Guardar",
  cancel: "Cancelar",
  tryAgain: "Intentar de nuevo",
  loading: "Cargando…",
  optional: "opcional",
  newVersion: "Hay una versión nueva de la aplicación.",
  update: "Actualizar ahora",
  skipToContent: "Ir al contenido",
};

export const words = dictionary({ en, es });
