import { expect, test } from "vitest";
import { deviceName } from "../../src/console/model/device";

test("a device is named in the language of the desk", () => {
  expect(deviceName("Chrome on Linux", "es")).toBe("Chrome en Linux");
  expect(deviceName("A browser on an unknown system", "es")).toBe("Un navegador en un sistema desconocido");
  expect(deviceName("Chrome on Linux", "en")).toBe("Chrome on Linux");
});
