/** Answers over HTTP. */

/** What to answer. The names of the headers are in lower case. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer with status 200. */
export function accepted(body: string): Reply {
  return { status: 200, headers: { "content-type": "application/json" }, body };
}

/**
 * An answer that every server takes for a failure. It is plain text, because OpenIM looks at nothing but the body, and
 * takes any JSON object in it for an approval.
 */
export function refusal(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body: text };
}

/** The refusal of a body over `limit` bytes, whose rest is not read. */
export function tooLarge(limit: number): Reply {
  return refusal(413, `a callback has at most ${limit} bytes`, { connection: "close" });
}

/** The refusal of a body that did not arrive in time. */
export function tooLate(seconds: number): Reply {
  return refusal(408, `the body was not there after ${seconds} s`, { connection: "close" });
}

/** The refusal of a request whose body the kit cannot have as it was received: `text` says what to change. */
export function bodyTaken(text: string): Reply {
  return refusal(500, text);
}
