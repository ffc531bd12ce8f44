/** A server in memory that stores by path, takes everything twice, and fails as it is told. */

import { Problem } from "../../src/core/call";
import type { Send } from "../../src/core/outbox";
import { part } from "../part";

type Asked = { method: string; path: string; body: object | undefined };

export type Fault =
  | { status: number }
  /** Stored, but the answer does not arrive. */
  | { lost: "answer" }
  /** Never arrived. */
  | { lost: "request" };

export class FakeServer {
  readonly stored = new Map<string, object>();
  /** Every request that arrived, in order. */
  readonly arrived: string[] = [];
  readonly faults: (Fault | undefined)[] = [];
  /** Statuses that a path always gets. */
  readonly refuses = new Map<string, number>();
  meanwhile: (() => Promise<void>) | undefined;

  readonly send: Send = async (prepared) => {
    const { method, path, body } = part<Asked>(prepared);
    await Promise.resolve();
    const fault = this.faults.shift();
    if (fault && "lost" in fault && fault.lost === "request") throw new Problem(0, "offline", "No answer");
    this.arrived.push(path);
    const meanwhile = this.meanwhile;
    this.meanwhile = undefined;
    await meanwhile?.();
    const status = this.refuses.get(path) ?? (fault && "status" in fault ? fault.status : undefined);
    if (status) throw new Problem(status, `code-${status}`, "Refused");
    if (method === "DELETE") this.stored.delete(path);
    else this.stored.set(path, body!);
    if (fault) throw new Problem(0, "offline", "No answer");
    return part(
      path.includes("checkins") ? { ...body, day: path.slice(-10) } : { ...body, id: path.split("/").at(-1) },
    );
  };
}
