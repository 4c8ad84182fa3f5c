/** The business server: receives callbacks, checks them and calls the handler of each event. */

import { EVENTS, type AfterEvents, type BeforeEvents } from "./events.js";
import { Refusals, type Log } from "./log.js";
import { readRequest } from "./fetch.js";
import { answerNode, type NodeRequest, type NodeResponse } from "./node.js";
import { accepted, refusal, tooLarge, type Reply } from "./reply.js";
import type { SeenStore } from "./seen.js";
import { problemOf } from "./shapes.js";
import { isEventID, SignatureError, verifiersOf, verify } from "./signature.js";
import { ALLOWED, encodeVerdict, LEFT_ALONE, type Verdict } from "./verdicts.js";

const BODY_LIMIT = 8 * 1024 * 1024;
const BODY_SECONDS = 30;
const SAMPLE_PREFIX = "amity-sample-";
const LONGEST_OPERATION_ID = 256;
const BUSY_RETRY_SECONDS = 5;

/** The name of an event: its key in the server's settings. */
export type EventName = keyof typeof EVENTS;

/** What is known of the request that brought an event. */
export interface Delivery {
  /** Of the API call that caused the event, for the logs of both sides; empty if the server names none. */
  readonly operationID: string;
  /** The same on every attempt to deliver the event; null from a server that sends none. */
  readonly eventID: string | null;
  /** Whether a signature was checked. */
  readonly signed: boolean;
  /** Whether nothing happened, and somebody is only trying this server (`amity callbacks check`). */
  readonly isSample: boolean;
}

/** Decides about an operation before it is done. What it throws is a failure: status 500. */
export type BeforeHandler<Name extends keyof BeforeEvents> = (
  event: BeforeEvents[Name]["event"],
  delivery: Delivery,
) => Verdict<BeforeEvents[Name]["change"]> | Promise<Verdict<BeforeEvents[Name]["change"]>>;

/** Hears of what was done. If it throws, the event is delivered again later. */
export type AfterHandler<Name extends keyof AfterEvents> = (
  event: AfterEvents[Name],
  delivery: Delivery,
) => void | Promise<void>;

export interface Options {
  /**
   * The secret of the server's settings, or several while one is rotated. Null checks no signatures, and believes
   * everybody who can reach the port. Undefined, which an environment variable is that is not set, throws.
   */
  readonly secret: string | readonly string[] | null | undefined;
  /** A store with which after-events are handled once, such as `new MemorySeen()`. */
  readonly seen?: SeenStore;
  /** The longest body, in bytes: 8 MiB without it. */
  readonly bodyLimit?: number;
  /** Whether after-handlers are called for samples, which tell of nothing that happened. */
  readonly handleSamples?: boolean;
  /** Where refusals and failures are written; `console` without it. */
  readonly log?: Log;
}

/** A request as received. The names of the headers may have any case, `path` may have a prefix and a query. */
export interface CallbackRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

type Handler = (event: never, delivery: Delivery) => unknown;
type Declared = (typeof EVENTS)[EventName];

const BY_COMMAND: ReadonlyMap<string, Declared & { readonly name: EventName }> = new Map(
  Object.entries(EVENTS).map(([name, event]) => [event.command, { name: name as EventName, ...event }]),
);

/**
 * Receives the callbacks of amity, or of OpenIM's server. `listener` serves node:http and Express, `fetch` what takes a
 * Request and gives a Response, `handle` everything else.
 *
 * Throws a `TypeError` for a secret that is undefined, blank or shorter than 24 bytes.
 */
export class BusinessServer {
  readonly #verifiers;
  readonly #options: Options;
  readonly #log: Log;
  readonly #refusals: Refusals;
  readonly #limit: number;
  readonly #handlers = new Map<EventName, Handler>();

  constructor(options: Options) {
    this.#verifiers = verifiersOf(options.secret);
    this.#options = options;
    this.#log = options.log ?? console;
    this.#refusals = new Refusals(this.#log);
    this.#limit = options.bodyLimit ?? BODY_LIMIT;
  }

  /** Register the handler of an event. Throws an `Error` if there is no such event, or it has a handler. */
  on<Name extends keyof BeforeEvents>(name: Name, handler: BeforeHandler<Name>): this;
  on<Name extends keyof AfterEvents>(name: Name, handler: AfterHandler<Name>): this;
  on(name: EventName, handler: Handler): this {
    if (!Object.hasOwn(EVENTS, name)) throw new Error(`no such event: ${name}`);
    if (this.#handlers.has(name)) throw new Error(`${name} has a handler`);
    this.#handlers.set(name, handler);
    return this;
  }

  /** Serve a request of node:http or Express: `createServer(kit.listener)`, `app.use("/im", kit.listener)`. */
  readonly listener = (request: NodeRequest, response: NodeResponse): void => {
    answerNode(request, response, { limit: this.#limit, seconds: BODY_SECONDS }, this.#answer).catch((error) => {
      this.#log.error("callbacks: a request was not answered", error);
      response.destroy();
    });
  };

  /** Serve a request of what takes a `Request` and gives a `Response`. */
  readonly fetch = async (request: Request): Promise<Response> => {
    const read = await readRequest(request, { limit: this.#limit, seconds: BODY_SECONDS });
    const { status, headers, body } = await this.#answer(read);
    return new Response(body, { status, headers });
  };

  /** Answer a request whose body is there. Never throws: what is wrong with a request is a status of 400 and above. */
  async handle(request: CallbackRequest): Promise<Reply> {
    return this.#answer(request);
  }

  readonly #answer = async (request: CallbackRequest | Reply): Promise<Reply> => {
    const reply = "status" in request ? request : await this.#admit(request);
    if (reply.status >= 400 && reply.status < 500) this.#refusals.note(reply.status, reply.body);
    else if ("status" in request) this.#log.error(`callbacks: ${reply.body}`, undefined);
    return reply;
  };

  async #admit({ method, path, headers: spelt, body }: CallbackRequest): Promise<Reply> {
    if (method !== "POST") return refusal(405, "a callback is a POST", { allow: "POST" });
    if (body.length > this.#limit) return tooLarge(this.#limit);
    const headers = lowerCase(spelt);
    const text = decoded(body);
    // Before anything else of it, so that a wrong secret shows also where the handler is missing.
    if (this.#verifiers.length > 0) {
      try {
        // What is not UTF-8 cannot have been signed by a server that sends JSON.
        if (text === undefined) throw new SignatureError("the body is not UTF-8");
        verify(this.#verifiers, headers, text);
      } catch (error) {
        if (error instanceof SignatureError) return refusal(401, `signature: ${error.message}`);
        throw error;
      }
    }
    const command = path.replace(/[?#].*$/s, "").split("/").findLast((part) => part !== "") ?? "";
    const declared = BY_COMMAND.get(command);
    if (declared === undefined) return refusal(404, `no such callback: ${JSON.stringify(command.slice(0, 100))}`);
    const handler = this.#handlers.get(declared.name);
    if (handler === undefined) return refusal(404, `no handler for ${declared.name} (${command})`);
    const event = parsed(text);
    // The signature covers the body, not the path: a body sent for one callback is no good for another.
    const named = (event as { callbackCommand?: unknown } | null | undefined)?.callbackCommand;
    const problem = named !== command ? "callbackCommand: not that of the path" : problemOf(event, declared.event);
    if (problem !== undefined) return refusal(400, `malformed ${command}: ${problem.slice(0, 300)}`);
    return this.#handle(declared, handler, event as never, this.#deliveryOf(headers));
  }

  #deliveryOf(headers: Readonly<Record<string, string>>): Delivery {
    const id = headers["webhook-id"] ?? "";
    const eventID = isEventID(id) ? id : null;
    return {
      operationID: (headers["operationid"] ?? "").slice(0, LONGEST_OPERATION_ID),
      eventID,
      signed: this.#verifiers.length > 0,
      isSample: eventID?.startsWith(SAMPLE_PREFIX) ?? false,
    };
  }

  async #handle(declared: Declared, handler: Handler, event: never, delivery: Delivery): Promise<Reply> {
    if ("change" in declared) return this.#call(declared.command, delivery, async () => {
      return encodeVerdict(await handler(event, delivery), declared.change ?? undefined);
    });
    if (delivery.isSample && !this.#options.handleSamples) return accepted(LEFT_ALONE);
    const told = async () => {
      await handler(event, delivery);
      return ALLOWED;
    };
    const { seen } = this.#options;
    if (seen === undefined || delivery.eventID === null) return this.#call(declared.command, delivery, told);
    return this.#once(declared.command, delivery, delivery.eventID, seen, told);
  }

  async #once(
    command: string,
    delivery: Delivery,
    eventID: string,
    seen: SeenStore,
    told: () => Promise<string>,
  ): Promise<Reply> {
    let claim;
    try {
      claim = await seen.claim(eventID);
    } catch (error) {
      this.#log.error(`${command}: the store of seen events failed to claim ${eventID}`, error);
      return refusal(500, "the store of seen events failed");
    }
    if (claim === "done") return accepted(ALLOWED);
    if (claim === "busy") {
      return refusal(503, "this event is being handled", { "retry-after": String(BUSY_RETRY_SECONDS) });
    }
    const reply = await this.#call(command, delivery, told);
    try {
      await (reply.status === 200 ? seen.done(eventID) : seen.release(eventID));
    } catch (error) {
      // The handler's outcome stands: after a success, another attempt would only run it once more.
      this.#log.error(`${command}: the store of seen events failed to settle ${eventID}`, error);
    }
    return reply;
  }

  async #call(command: string, delivery: Delivery, answer: () => Promise<string>): Promise<Reply> {
    try {
      return accepted(await answer());
    } catch (error) {
      this.#log.error(`${command} of operation ${JSON.stringify(delivery.operationID)}: the handler failed`, error);
      return refusal(500, "the handler of this callback failed");
    }
  }
}

function lowerCase(headers: CallbackRequest["headers"]): Record<string, string> {
  const named: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    // A header that was sent twice is one list. None of ours may be one, and their checks say so.
    if (value !== undefined) named[name.toLowerCase()] = typeof value === "string" ? value : value.join(", ");
  }
  return named;
}

function decoded(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
