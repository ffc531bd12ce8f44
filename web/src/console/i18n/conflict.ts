import { dictionary } from "../../ui/language.svelte";

/** Two versions of one program: somebody saved or published another one meanwhile. */
const en = {
  revision: (author: string, when: string) =>
    `${author} published a newer revision on ${when}, after this draft was begun.`,
  draft: (author: string, when: string) => `${author} saved another draft on ${when}.`,
  gone: "The draft that this began with was published or discarded meanwhile.",
  choose: "Choose which one to go on with. The other one comes back with Undo until you leave this page.",
  onlyMine: "Only in mine",
  onlyTheirs: "Only in theirs",
  different: "In both, but different",
  same: "Both have the same items with the same doses.",
  mine: "Go on with mine",
  theirs: "Take theirs",
  both: "Put both together",
  bothHint: "Together: everything of both; where both have an item, mine counts.",
};

const es: typeof en = {
  revision: (author, when) => `${author} publicó una revisión más nueva el ${when}, después de empezar este borrador.`,
  draft: (author, when) => `Hay otro borrador, de ${author}, guardado el ${when}`,
  gone: "El borrador con el que empezó se publicó o se descartó mientras tanto.",
  choose: "Elija con cuál seguir. La otra versión vuelve con Deshacer hasta que salga de esta página.",
  onlyMine: "Solo en la mía",
  onlyTheirs: "Solo en la otra",
  different: "En las dos, pero distinto",
  same: "Las dos tienen lo mismo con las mismas dosis.",
  mine: "Seguir con la mía",
  theirs: "Tomar la otra",
  both: "Juntar las dos",
  bothHint: "Juntas: todo lo de ambas; donde las dos tienen lo mismo, cuenta la mía.",
};

export const conflictWords = dictionary({ en, es });
