/** What a handler answers to an event that asks, and its JSON on the wire. */

import { problemOf } from "./shapes.js";

const DEFAULT_CODE = 80000;
const DEFAULT_MESSAGE = "rejected by the app";
const LARGEST_CODE = 2 ** 31 - 1;
const ANSWER = { actionCode: 0, errCode: 0, errMsg: "", errDlt: "", nextCode: 0 };

/** The operation goes on as it was asked for. A handler that returns nothing says the same. */
export class Allow {
  readonly kind = "allow";
}

/** The operation is refused. Its caller gets these three as `errCode`, `errMsg` and `errDlt`. */
export class Reject {
  readonly kind = "reject";

  constructor(
    readonly code: number,
    readonly message: string,
    readonly detail: string,
  ) {
    if (!Number.isInteger(code) || code < 1 || code > LARGEST_CODE) {
      throw new RangeError(`a rejection's code is 1 to ${LARGEST_CODE}, not ${code}`);
    }
  }
}

/** The operation goes on with these fields in the place of its own. */
export class Modify<Change> {
  readonly kind = "modify";

  constructor(readonly fields: Change) {}
}

/** What a handler of an event may return, whose answer may replace what `Change` has. */
export type Verdict<Change> = Allow | Reject | Modify<Change> | undefined | void;

/** Let the operation go on as it was asked for. */
export function allow(): Allow {
  return new Allow();
}

/**
 * Refuse the operation. `code` is yours to choose; use 100 and above, because an OpenIM server that runs as several
 * services turns 1 to 99 into its error 500. Throws a `RangeError` for a code that is not from 1 to 2147483647.
 */
export function reject(code: number = DEFAULT_CODE, message: string = DEFAULT_MESSAGE, detail: string = ""): Reject {
  return new Reject(code, message, detail);
}

/** Let the operation go on with these fields in the place of its own. Those that are left out stay as they were. */
export function modify<Change extends object>(fields: Change): Modify<Change> {
  return new Modify(fields);
}

/** The answer that lets an operation go on, and that takes an after-event. */
export const ALLOWED = JSON.stringify(ANSWER);

/** The answer that takes the sample of an after-event and says that nobody handled it. */
export const LEFT_ALONE = JSON.stringify({ ...ANSWER, errMsg: "a sample: the handler was not called" });

/**
 * Encode what a handler returned. `change` names the shape of what the answer may replace, undefined where it may
 * replace nothing. Throws a `TypeError` for anything else than a verdict of this event: a mistake is never an approval.
 */
export function encodeVerdict(verdict: unknown, change: string | undefined): string {
  if (verdict === undefined || verdict instanceof Allow) return ALLOWED;
  if (verdict instanceof Reject) {
    const { code, message, detail } = verdict;
    return JSON.stringify({ ...ANSWER, errCode: code, errMsg: message, errDlt: detail, nextCode: 1 });
  }
  if (!(verdict instanceof Modify)) {
    throw new TypeError("a handler returns allow(), reject(...), modify(...) or nothing, and no other value");
  }
  if (change === undefined) throw new TypeError("an answer to this event allows or rejects: it has nothing to modify");
  const problem = problemOf(verdict.fields, change, { knownFieldsOnly: true });
  if (problem !== undefined) throw new TypeError(`modify: ${problem}`);
  return JSON.stringify({ ...ANSWER, ...verdict.fields });
}
