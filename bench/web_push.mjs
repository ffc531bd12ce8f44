// The same pushes through node's web-push, 20 at a time. Run by bench/reminders.py with the folder that has it, the
// service's origin, the number of pushes and the VAPID key pair; its last line is JSON.
import crypto from "node:crypto";
import https from "node:https";
import { createRequire } from "node:module";

const [folder, origin, count, publicKey, privateKey] = process.argv.slice(2);
const webpush = createRequire(`${folder}/`)("web-push");
const agent = new https.Agent({ keepAlive: true, maxSockets: 20 });
const options = {
  TTL: 3600,
  urgency: "high",
  topic: "A".repeat(24),
  agent,
  vapidDetails: { subject: "mailto:operator@clinic.example", publicKey, privateKey },
};
const plaintext = "x".repeat(512);
const phones = Array.from({ length: Number(count) }, () => {
  const ecdh = crypto.createECDH("prime256v1");
  return {
    endpoint: `${origin}/wpush/v2/${crypto.randomBytes(24).toString("hex")}`,
    keys: {
      p256dh: ecdh.generateKeys("base64url"),
      auth: crypto.randomBytes(16).toString("base64url"),
    },
  };
});

async function all(those) {
  let next = 0;
  const lane = async () => {
    while (next < those.length) await webpush.sendNotification(those[next++], plaintext, options);
  };
  await Promise.all(Array.from({ length: 20 }, lane));
}

await all(phones.slice(0, 40));
const cpu = process.cpuUsage();
const began = performance.now();
await all(phones);
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ per_s: phones.length / seconds, cpu_s: (user + system) / 1e6 / phones.length * 1000 }));
agent.destroy();
