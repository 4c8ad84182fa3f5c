/** Checks who sent a callback, with the library of the Standard Webhooks specification. */

import { Webhook } from "standardwebhooks";

const PREFIX = "whsec_";
const SHORTEST_KEY = 24;
const HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;
const EVENT_ID = /^[!-+\--~]{1,256}$/;
const TIMESTAMP = /^[0-9]{1,12}$/;

/** The request was not signed by who has the secret, or not now. */
export class SignatureError extends Error {}

/**
 * Turn one secret, or the several of a rotation, into verifiers; null is no check at all.
 *
 * Throws a `TypeError`, which never repeats the secret, for undefined, an empty list, and a secret that is blank, has
 * fewer than 24 bytes or is not base64 after `whsec_`: an environment variable that is not set must not switch the
 * check off.
 */
export function verifiersOf(secret: string | readonly string[] | null | undefined): Webhook[] {
  if (secret === null) return [];
  if (secret === undefined || secret.length === 0) {
    throw new TypeError("secret: not set; pass that of the server's settings, or null to check no signatures");
  }
  const secrets = typeof secret === "string" ? [secret] : secret;
  return secrets.map((each) => new Webhook(keyOf(each), { format: "raw" }));
}

function keyOf(secret: string): Uint8Array {
  if (typeof secret !== "string" || secret.trim() === "") throw new TypeError("secret: a secret is not empty");
  if (secret !== secret.trim()) throw new TypeError("secret: it has white space at its beginning or end");
  const key = secret.startsWith(PREFIX) ? decoded(secret.slice(PREFIX.length)) : new TextEncoder().encode(secret);
  if (key.length < SHORTEST_KEY) {
    throw new TypeError(`secret: a secret has at least ${SHORTEST_KEY} bytes (got ${key.length})`);
  }
  return key;
}

function decoded(encoded: string): Uint8Array {
  try {
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  } catch {
    throw new TypeError(`secret: a secret that starts with ${PREFIX} goes on in base64`);
  }
}

/**
 * Check the signature of a body, as received, under any of the verifiers. The names of `headers` are in lower case.
 * Throws a `SignatureError` that says what is wrong.
 */
export function verify(verifiers: readonly Webhook[], headers: Readonly<Record<string, string>>, body: string): void {
  const missing = HEADERS.find((name) => !headers[name]);
  if (missing !== undefined) throw new SignatureError(`missing header: ${missing}`);
  // The library would read 12 out of "12 and more".
  if (!TIMESTAMP.test(headers["webhook-timestamp"] ?? "")) throw new SignatureError("malformed webhook-timestamp");
  if (!isEventID(headers["webhook-id"] ?? "")) throw new SignatureError("malformed webhook-id");
  let problem = "";
  for (const verifier of verifiers) {
    try {
      verifier.verify(body, headers, { jsonParse: false });
      return;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
  }
  throw new SignatureError(problem);
}

/** Whether a text can be a `webhook-id`: 1 to 256 printable ASCII characters, no space or comma. */
export function isEventID(text: string): boolean {
  return EVENT_ID.test(text);
}
