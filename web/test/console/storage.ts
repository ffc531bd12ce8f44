/** A browser's storage: its keys are the object's own. `isFull`: nothing more fits. */
export class FakeStorage {
  [key: string]: unknown;

  getItem(key: string): unknown {
    return this[key] ?? null;
  }

  setItem(key: string, value: string): void {
    if (FakeStorage.isFull) throw new DOMException("full", "QuotaExceededError");
    this[key] = value;
  }

  removeItem(key: string): void {
    delete this[key];
  }

  static isFull = false;
}
