/** Requests and answers of node:http, and of Express and others that are built on it. */

import { joined, type Bounds } from "./fetch.js";
import { bodyTaken, tooLarge, tooLate, type Reply } from "./reply.js";
import type { CallbackRequest } from "./server.js";

/** What the kit needs of node's `IncomingMessage`. `body` is what a framework has read. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly readableEnded: boolean;
  readonly body?: unknown;
  on(event: string, listener: (...values: any[]) => void): unknown;
  off(event: string, listener: (...values: any[]) => void): unknown;
  pause(): unknown;
}

/** What the kit needs of node's `ServerResponse`. */
export interface NodeResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
  destroy(): unknown;
}

/** Read a request, have it answered, and send the answer. A request whose client left is not answered. */
export async function answerNode(
  request: NodeRequest,
  response: NodeResponse,
  bounds: Bounds,
  answer: (request: CallbackRequest | Reply) => Promise<Reply>,
): Promise<void> {
  const body = await bodyOf(request, bounds);
  if (body === undefined) return;
  const { method = "", url = "", headers } = request;
  const reply = await answer("status" in body ? body : { method, path: url, headers, body });
  response.writeHead(reply.status, { ...reply.headers });
  response.end(reply.body);
}

async function bodyOf(request: NodeRequest, bounds: Bounds): Promise<Uint8Array | Reply | undefined> {
  if (request.body instanceof Uint8Array) return request.body;
  if (!request.readableEnded) return readBody(request, bounds);
  return bodyTaken(
    "the body was parsed before the kit got the request, and the signature is that of the bytes:" +
      ' register kit.listener before express.json(), or read this path with express.raw({ type: "application/json" })',
  );
}

function readBody(request: NodeRequest, { limit, seconds }: Bounds): Promise<Uint8Array | Reply | undefined> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const settle = (body: Uint8Array | Reply | undefined) => {
      clearTimeout(timer);
      request.off("data", take);
      request.pause();
      resolve(body);
    };
    const take = (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > limit) settle(tooLarge(limit));
      else chunks.push(chunk);
    };
    const timer = setTimeout(() => settle(tooLate(seconds)), seconds * 1000);
    request.on("data", take);
    request.on("end", () => settle(joined(chunks, size)));
    request.on("error", () => settle(undefined));
    request.on("close", () => settle(undefined));
  });
}
