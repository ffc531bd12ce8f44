/** Signing what was looked at, and taking a signature back: items of the library, and texts and rules. */

import { call } from "../core/call";
import { libraryWords } from "./i18n/library";
import { textSignatures } from "./library.svelte";
import { notify } from "./notice.svelte";
import { Action } from "./resource.svelte";

export class Signing {
  readonly action = new Action();

  /** `reload` reads again what is shown. */
  constructor(private readonly reload: () => Promise<void>) {}

  private async readAgain(): Promise<void> {
    textSignatures.forget();
    await this.reload();
  }

  /** The server refuses when anything changed since `seen`, the fingerprint of what was looked at. */
  async sign(seen: string, slugs: readonly string[]): Promise<void> {
    const t = libraryWords();
    let signed: string[] = [];
    const done = await this.action.run(async () => {
      signed = (await call("POST /api/library/reviews", { body: { slugs: [...slugs], seen } })).signed;
    });
    await this.readAgain();
    if (done)
      notify(
        t.signedNow(signed.length),
        signed.length === 1 ? () => void this.withdraw(signed[0] as string) : undefined,
      );
    else if (this.action.problem?.status === 409) notify(t.changed);
  }

  async withdraw(slug: string, title?: string): Promise<void> {
    const done = await this.action.run(() => call("DELETE /api/library/reviews/{slug}", { path: { slug } }));
    if (done && title) notify(libraryWords().withdrawn(title));
    await this.readAgain();
  }
}
