/** The person helped by this phone until just now; its data is gone from here. */

class Helping {
  /** The first name of the person; undefined while nothing has ended. */
  ended = $state<string | undefined>();
}

export const helping = new Helping();
