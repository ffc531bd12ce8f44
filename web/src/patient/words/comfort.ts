import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Voice, text size and hand",
  voice: "Speak the exercises",
  voices: { off: "Off", on: "On" },
  voiceWhat:
    "A voice says each step, counts, and says when to change sides, so that you need not look or tap. It is this phone's own voice, and works without a connection. With a screen reader, leave it off.",
  hear: "Hear an example",
  example: "Get ready. Left side. 3, 2, 1. Hold. Well done.",
  noVoice:
    "This phone has no English voice of its own, so the exercises use short sounds. You can add a voice in the phone's settings, under Text to speech or Spoken content.",
  refused: "The phone did not speak. Check that its sound is on, then try again.",
  pace: "Time for one repetition",
  seconds: (n: string) => `${n} seconds`,
  text: "Size of the text",
  sizes: { normal: "Usual", large: "Large", larger: "Larger" },
  hand: "Hand that holds the phone",
  hands: { right: "Right", left: "Left" },
  here: "These choices hold on this phone, until you sign out.",
};

const es: typeof en = {
  title: "Voz, tamaño del texto y mano",
  voice: "Decir los ejercicios en voz alta",
  voices: { off: "No", on: "Sí" },
  voiceWhat:
    "Una voz dice cada paso, cuenta y avisa cuándo cambiar de lado, para que no tenga que mirar ni tocar. Es la voz del propio teléfono y funciona sin conexión. Si usa un lector de pantalla, déjela apagada.",
  hear: "Oír un ejemplo",
  example: "Prepárese. Lado izquierdo. 3, 2, 1. Sostenga. Muy bien.",
  noVoice:
    "Este teléfono no tiene una voz propia en español, así que los ejercicios usan sonidos cortos. Puede agregar una voz en los ajustes del teléfono, en Texto a voz o Contenido leído.",
  refused: "El teléfono no habló. Revise que el sonido esté encendido e intente de nuevo.",
  pace: "Tiempo para una repetición",
  seconds: (n) => `${n} segundos`,
  text: "Tamaño del texto",
  sizes: { normal: "Normal", large: "Grande", larger: "Más grande" },
  hand: "Mano con la que sostiene el teléfono",
  hands: { right: "Derecha", left: "Izquierda" },
  here: "Esto vale en este teléfono, hasta que cierre la sesión.",
};

export const words = dictionary({ en, es });
