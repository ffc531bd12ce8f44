/** The device's own voice, which needs no network. It may be missing; nothing depends on it. */

import type { Language } from "./i18n";

/** The voice of this device for a language; one that a server makes needs a network, and tells it what is read. */
export function ownVoice(language: Language): SpeechSynthesisVoice | undefined {
  const voices = (globalThis.speechSynthesis?.getVoices() ?? []).filter(
    ({ localService, lang }) => localService && lang.toLowerCase().split(/[-_]/)[0] === language,
  );
  return voices.find((voice) => voice.default) ?? voices.find(({ lang }) => /US|MX|419/.test(lang)) ?? voices[0];
}

/** Calls back when the device has found its voices, which takes a while. Returns the way to stop. */
export function onVoices(listener: () => void): () => void {
  const synthesis = globalThis.speechSynthesis as SpeechSynthesis | undefined;
  synthesis?.addEventListener?.("voiceschanged", listener);
  return () => synthesis?.removeEventListener?.("voiceschanged", listener);
}

/** Speaks in one language. The first words must be said inside a tap, else phones keep it silent. */
export class Voice {
  /** False once the device has refused to speak. */
  works = true;
  onfault = (): void => undefined;
  private readonly voice: SpeechSynthesisVoice | undefined;

  constructor(language: Language) {
    this.voice = ownVoice(language);
    if (!this.voice) this.works = false;
  }

  /** Says it now, in place of what is being said. */
  say(text: string): void {
    this.stop();
    this.speak(text);
  }

  /** Says it unless something is being said: a late number would be a wrong one. */
  add(text: string): void {
    if (!globalThis.speechSynthesis?.speaking) this.speak(text);
  }

  stop(): void {
    globalThis.speechSynthesis?.cancel();
  }

  private speak(text: string): void {
    if (!this.voice || !this.works) return;
    const words = new SpeechSynthesisUtterance(text);
    words.voice = this.voice;
    words.lang = this.voice.lang;
    words.onerror = ({ error }) => {
      if (error === "interrupted" || error === "canceled") return;
      this.works = false;
      this.onfault();
    };
    speechSynthesis.speak(words);
  }
}
