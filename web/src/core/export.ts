/** Everything that the clinic holds about the person, as a file that they keep. */

import { file } from "./call";
import { installed, platform } from "./platform";

export type Kind = "page" | "file";

const files = {
  page: { path: "/api/me/export/page", name: "homeplan.html" },
  file: { path: "/api/me/export", name: "homeplan.json" },
} as const;

/** Fetches the file and hands it to the phone. Throws Problem. */
export async function takeWithMe(kind: Kind): Promise<void> {
  const { path, name } = files[kind];
  await hand(await file(path), name);
}

/** Hands a file to the device. Apps on an iPhone's home screen cannot download: there the share sheet saves, prints or sends. */
export async function hand(blob: Blob, name: string): Promise<void> {
  const shared = new File([blob], name, { type: blob.type });
  if (platform() === "ios" && installed() && navigator.canShare?.({ files: [shared] })) {
    await navigator.share({ files: [shared] }).catch(() => undefined); // closed without choosing
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the download reads it after the click
}
