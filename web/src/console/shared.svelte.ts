/** Resources that all screens share: read at first use, forgotten when somebody signs out. */

import type { Problem } from "../core/call";
import { Resource } from "./resource.svelte";

const all = new Set<{ forget(): void }>();

/** Has something else forgotten with them. */
export function forgetWithShared(part: { forget(): void }): void {
  all.add(part);
}

export class Shared<T> {
  #resource = $state.raw<Resource<T>>();

  constructor(private readonly ask: () => Promise<T>) {
    all.add(this);
  }

  /** The answer if it was read before; asks for nothing. */
  get data(): T | undefined {
    return this.#resource?.data;
  }

  get problem(): Problem | undefined {
    return this.#resource?.problem;
  }

  /** Takes an answer that came with another request. */
  put(data: T): void {
    this.#resource = new Resource(this.ask, data);
  }

  /** The resource, read now if it never was. A failed first try is not kept: the next screen asks again. */
  use(): Resource<T> {
    const kept = this.#resource;
    return kept && !(kept.problem && kept.data === undefined) ? kept : (this.#resource = new Resource(this.ask));
  }

  /** The resource, read again unless its last question is younger than `freshMs`. */
  renew(freshMs = 0): Resource<T> {
    const kept = this.#resource;
    if (!kept) return this.use();
    if (Date.now() - kept.askedAt >= freshMs) void kept.reload();
    return kept;
  }

  forget(): void {
    this.#resource = undefined;
  }
}

/** Forgets every shared resource: another person may sign in. */
export function forgetShared(): void {
  for (const shared of all) shared.forget();
}
