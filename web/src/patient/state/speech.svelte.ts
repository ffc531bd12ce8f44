/** The spoken guide through an exercise, in step with the player, and whether this device can speak. */

import type { Language } from "../../core/i18n";
import type { Player } from "../../core/player";
import { countWords, stepWords } from "../../core/spoken";
import { onVoices, ownVoice, Voice } from "../../core/voice";
import { words } from "../words/voice";

class DeviceVoices {
  private changes = $state(0);

  constructor() {
    onVoices(() => this.changes++);
  }

  /** Whether the device has a voice of its own for the language. */
  speak(language: Language): boolean {
    void this.changes;
    return ownVoice(language) !== undefined;
  }
}

export const voices = new DeviceVoices();

/** To be made inside the tap that starts the exercise. */
export class Guide {
  on = true;
  private readonly voice: Voice;
  private at: number | undefined;
  private counted: string | undefined;

  constructor(private readonly language: Language) {
    this.voice = new Voice(language);
  }

  /** Whether it speaks, so that tones need not. */
  get speaks(): boolean {
    return this.on && this.voice.works;
  }

  /** Says what the present moment asks for, once. Silent in a pause and in the background. */
  follow(player: Player, now: number): void {
    if (player.pausedAt !== undefined || !this.on || document.visibilityState === "hidden") return this.hush();
    if (this.at !== player.at) {
      this.at = player.at;
      this.counted = undefined;
      return this.voice.say(stepWords(player, words(this.language)));
    }
    const count = countWords(player, now, words(this.language));
    if (count === undefined || count === this.counted) return;
    this.counted = count;
    this.voice.add(count);
  }

  /** Stops in the middle of a word; the step is said again when it goes on. */
  hush(): void {
    if (this.at === undefined) return;
    this.at = this.counted = undefined;
    this.voice.stop();
  }
}
