/** A question before something that is not easily taken back: one at a time, over the whole page. */

export interface Question {
  readonly title: string;
  /** The consequence of going on. */
  readonly hint: string;
}

type Asked = Question & {
  /** The words of the button that goes on. */
  readonly go: string;
  answer(goesOn: boolean): void;
};

let asked = $state.raw<Asked | undefined>();

export const asking = {
  get asked(): Asked | undefined {
    return asked;
  },
};

/** Asks; false when the person does not go on, and when another question takes the place of this one. */
export async function ask(question: Question, go: string): Promise<boolean> {
  asked?.answer(false);
  let mine: Asked | undefined;
  const goesOn = await new Promise<boolean>((answer) => (asked = mine = { ...question, go, answer }));
  if (asked === mine) asked = undefined;
  return goesOn;
}
