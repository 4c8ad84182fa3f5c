/** What the kit writes about requests. */

/** Where the kit writes: `console` is one. */
export interface Log {
  warn(text: string): void;
  error(text: string, error: unknown): void;
}

const LINES = 10;
const MILLISECONDS = 60_000;

/** Logs what was refused, at most 10 lines in a minute: anybody who reaches the port can cause as many as they like. */
export class Refusals {
  readonly #log: Log;
  #since = -Infinity;
  #lines = 0;
  #silent = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Log a refusal, or count it. */
  note(status: number, text: string): void {
    const now = performance.now();
    if (now - this.#since >= MILLISECONDS) {
      if (this.#silent > 0) this.#log.warn(`callbacks: refused ${this.#silent} more in the meantime`);
      [this.#since, this.#lines, this.#silent] = [now, 0, 0];
    }
    if (this.#lines < LINES) {
      this.#lines += 1;
      this.#log.warn(`callbacks: refused a request with ${status}: ${text}`);
    } else {
      this.#silent += 1;
    }
  }
}
