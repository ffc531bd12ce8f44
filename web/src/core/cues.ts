/** The player's tones and screen lock. Both may be missing; nothing depends on them. */

/** Short tones made in the browser. Must be made inside a tap, else phones keep it silent. */
export class Tones {
  private readonly context: AudioContext | undefined;
  on = true;

  constructor() {
    this.context = "AudioContext" in globalThis ? new AudioContext() : undefined;
    void this.context?.resume().catch(() => undefined);
  }

  /** The last seconds before something begins. */
  tick(): void {
    this.play(660, 0, 0.07);
  }

  begin(): void {
    this.play(880, 0, 0.22);
  }

  end(): void {
    this.play(550, 0, 0.22);
  }

  done(): void {
    for (const [at, pitch] of [550, 660, 880].entries()) this.play(pitch, at * 0.18, 0.25);
  }

  close(): void {
    void this.context?.close().catch(() => undefined);
  }

  private play(pitch: number, after: number, seconds: number): void {
    if (!this.context || !this.on) return;
    const at = this.context.currentTime + after;
    const volume = this.context.createGain();
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.25, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    const tone = this.context.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(volume).connect(this.context.destination);
    tone.start(at);
    tone.stop(at + seconds);
  }
}

/** Keeps the screen on until the returned function is called; asks again whenever the page comes back. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let over = false;
  const request = async (): Promise<void> => {
    if (over || document.visibilityState !== "visible") return;
    // Home-screen apps on iOS before 18.4 refuse.
    lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
    if (over) void lock?.release();
  };
  const ask = (): void => void request();
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release().catch(() => undefined);
  };
}
