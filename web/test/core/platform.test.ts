import { afterEach, expect, test, vi } from "vitest";

import { deviceLabel } from "../../src/core/platform";

afterEach(() => vi.unstubAllGlobals());

function on(userAgent: string, installed: boolean): void {
  vi.stubGlobal("navigator", { userAgent, maxTouchPoints: 5 });
  vi.stubGlobal("matchMedia", () => ({ matches: installed }));
}

test("a signed-in device is named in the person's language", () => {
  on("iPhone Safari", true);
  expect([deviceLabel("en"), deviceLabel("es")]).toEqual([
    "iPhone or iPad, home screen",
    "iPhone o iPad, pantalla de inicio",
  ]);
  on("Windows Firefox", false);
  expect([deviceLabel("en"), deviceLabel("es")]).toEqual(["Computer, Firefox", "Computadora, Firefox"]);
});
