/** Doing an after-event once although it is delivered at least once: stores of the event IDs already handled. */

/** What `claim` found: the event is the caller's to handle, is being handled by another request, or was handled. */
export type Claim = "mine" | "busy" | "done";

/** Remembers event IDs. The methods may be async. */
export interface SeenStore {
  /** Take an event in one atomic step, or say why not. */
  claim(eventID: string): Claim | Promise<Claim>;
  /** Note that the handler of a claimed event returned. */
  done(eventID: string): void | Promise<void>;
  /** Forget the claim of an event whose handler threw. */
  release(eventID: string): void | Promise<void>;
}

/** The event IDs of this process, the newest `limit` of them. A restart forgets all. */
export class MemorySeen implements SeenStore {
  readonly #limit: number;
  readonly #busy = new Set<string>();
  readonly #done = new Set<string>();

  constructor(limit: number = 100_000) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError("limit is an integer from 1 on");
    this.#limit = limit;
  }

  claim(eventID: string): Claim {
    if (this.#done.has(eventID)) return "done";
    if (this.#busy.has(eventID)) return "busy";
    this.#busy.add(eventID);
    return "mine";
  }

  done(eventID: string): void {
    this.#busy.delete(eventID);
    this.#done.add(eventID);
    for (const oldest of this.#done) {
      if (this.#done.size <= this.#limit) break;
      this.#done.delete(oldest);
    }
  }

  release(eventID: string): void {
    this.#busy.delete(eventID);
  }
}
