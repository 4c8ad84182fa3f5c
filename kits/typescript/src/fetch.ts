/** Requests and answers of what takes a `Request` and gives a `Response`. */

import { bodyTaken, tooLarge, tooLate, type Reply } from "./reply.js";
import type { CallbackRequest } from "./server.js";

/** How long a body may be, in bytes, and how long it may take to arrive. */
export interface Bounds {
  readonly limit: number;
  readonly seconds: number;
}

/** Read a request and its body. A `Reply` refuses it. */
export async function readRequest(request: Request, bounds: Bounds): Promise<CallbackRequest | Reply> {
  if (request.bodyUsed) return bodyTaken("the body was read before the kit got the request: hand over request.clone()");
  const body = request.body === null ? new Uint8Array() : await readBody(request.body, bounds);
  if ("status" in body) return body;
  return { method: request.method, path: new URL(request.url).pathname, headers: Object.fromEntries(request.headers), body };
}

async function readBody(stream: ReadableStream<Uint8Array>, { limit, seconds }: Bounds): Promise<Uint8Array | Reply> {
  const reader = stream.getReader();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reader.cancel().catch(() => undefined);
  }, seconds * 1000);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (isLate) return tooLate(seconds);
      if (done) return joined(chunks, size);
      size += value.length;
      if (size > limit) {
        reader.cancel().catch(() => undefined);
        return tooLarge(limit);
      }
      chunks.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Join the parts of a body. */
export function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let filled = 0;
  for (const chunk of chunks) {
    whole.set(chunk, filled);
    filled += chunk.length;
  }
  return whole;
}
