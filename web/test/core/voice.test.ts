import { afterEach, expect, test, vi } from "vitest";

import { ownVoice, Voice } from "../../src/core/voice";

type Utterance = { text: string; voice: SpeechSynthesisVoice; onerror: (event: { error: string }) => void };

const here = { localService: true, default: false };
const anna = { ...here, name: "Anna", lang: "en-US" };
const paulina = { ...here, name: "Paulina", lang: "es_MX" };
const monica = { ...here, name: "Mónica", lang: "es-ES" };
const online = { ...here, name: "Online", lang: "es-US", localService: false, default: true };
let spoken: Utterance[];

/** A device with those voices, and what was spoken on it. */
function device(...voices: object[]): { speaking: boolean; cancel: () => void } {
  spoken = [];
  const synthesis = {
    speaking: false,
    getVoices: () => voices,
    speak: (words: Utterance) => spoken.push(words),
    cancel: vi.fn(),
  };
  vi.stubGlobal("speechSynthesis", synthesis);
  vi.stubGlobal(
    "SpeechSynthesisUtterance",
    class {
      constructor(readonly text: string) {}
    },
  );
  return synthesis;
}

afterEach(() => vi.unstubAllGlobals());

test("only a voice of the device itself is used, in Spanish one of America before one of Spain", () => {
  device(anna, online, monica, paulina);
  expect([ownVoice("en")?.name, ownVoice("es")?.name]).toEqual(["Anna", "Paulina"]);
  device(anna, online);
  expect(ownVoice("es")).toBeUndefined();
});

test("a device that cannot speak says nothing, and stopping does no harm", () => {
  const voice = new Voice("en");
  voice.say("Hold.");
  voice.stop();
  expect(voice.works).toBe(false);
});

test("new words take the place of the words before, and a number waits for nothing", () => {
  const synthesis = device(anna);
  const voice = new Voice("en");
  voice.say("Hold.");
  expect(synthesis.cancel).toHaveBeenCalledTimes(1);
  synthesis.speaking = true;
  voice.add("1");
  synthesis.speaking = false;
  voice.add("2");
  expect(spoken.map(({ text }) => text)).toEqual(["Hold.", "2"]);
});

test("a voice that was interrupted goes on, and one that the device refuses is given up", () => {
  device(anna);
  const voice = new Voice("en");
  voice.say("Hold.");
  spoken[0]!.onerror({ error: "interrupted" });
  expect(voice.works).toBe(true);
  spoken[0]!.onerror({ error: "not-allowed" });
  voice.say("Let go.");
  expect([voice.works, spoken.length]).toEqual([false, 1]);
});
