import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Your program is complete",
  what: "Your clinic has ended your program. The daily questions and reminders have ended, too.",
  help: "If something new or worrying comes up, tap Get help. Your clinic is there if you need it.",
  keep: "What you can keep doing",
  keepHow: "This was in your program at the end. If it does you good, go on as you learned it.",
};

const es: typeof en = {
  title: "Completó su programa",
  what: "Su clínica terminó su programa. También terminaron las preguntas diarias y los avisos.",
  help: "Si aparece algo nuevo o que le preocupa, toque Pedir ayuda. Su clínica está ahí si la necesita.",
  keep: "Lo que puede seguir haciendo",
  keepHow: "Esto estaba en su programa al final. Si le hace bien, siga como lo aprendió.",
};

export const words = dictionary({ en, es });
