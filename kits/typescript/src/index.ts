/** The kit for an app's business server: answers the callbacks of amity and of OpenIM. */

export * from "./events.js";
export type { Log } from "./log.js";
export type { NodeRequest, NodeResponse } from "./node.js";
export type { Reply } from "./reply.js";
export { MemorySeen, type Claim, type SeenStore } from "./seen.js";
export {
  BusinessServer,
  type AfterHandler,
  type BeforeHandler,
  type CallbackRequest,
  type Delivery,
  type EventName,
  type Options,
} from "./server.js";
export { Allow, allow, Modify, modify, Reject, reject, type Verdict } from "./verdicts.js";
