// The kit without an IM server: what it answers to which request, over node:http, Express and fetch.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { afterEach, test } from "node:test";
import express from "express";
import { Webhook } from "standardwebhooks";
import { allow, BusinessServer, EVENTS, MemorySeen, modify, reject } from "amity-business";

const SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGlzIHZlcnkgdGVzdA==";
const OTHER = "whsec_dGhlIG90aGVyIHNlY3JldCBvZiB0aGlzIHRlc3Q=";
const IMPORT = { ownerUserID: "ann", friendUserIDs: ["bob", "eve"] };
const written = [];
const log = { warn: (text) => written.push(text), error: (text) => written.push(text) };
const servers = [];

afterEach(() => {
  written.length = 0;
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

function kitOf(options = {}) {
  return new BusinessServer({ secret: SECRET, log, ...options });
}

/** A request of an event, signed as the server does it. */
function signed(name, event, { id = "evt_1", secret = SECRET, at = new Date(), prefix = "/im/" } = {}) {
  const { command } = EVENTS[name];
  const body = Buffer.from(JSON.stringify({ callbackCommand: command, ...event }));
  const headers = {
    "Content-Type": "application/json",
    operationID: "operation-1",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
  return { method: "POST", path: `${prefix}${command}?contenttype=json`, headers, body };
}

async function answerOf(kit, request) {
  const { status, body } = await kit.handle(request);
  return status === 200 ? JSON.parse(body) : `${status} ${body}`;
}

async function listening(server) {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}`;
}

async function sent(url, { method, path, headers, body }) {
  const answer = await fetch(url + path, { method, headers, body });
  return `${answer.status} ${await answer.text()}`;
}

const ALLOWED = { actionCode: 0, errCode: 0, errMsg: "", errDlt: "", nextCode: 0 };

test("a handler that returns allow() or nothing lets the operation go on", async () => {
  for (const handler of [() => allow(), () => undefined, async () => {}]) {
    const kit = kitOf().on("beforeImportFriends", handler);
    assert.deepEqual(await answerOf(kit, signed("beforeImportFriends", IMPORT)), ALLOWED);
  }
});

test("a rejection has its code, its message and its detail", async () => {
  const kit = kitOf().on("beforeImportFriends", () => reject(5001, "Banned", "eve is"));
  const expected = { actionCode: 0, errCode: 5001, errMsg: "Banned", errDlt: "eve is", nextCode: 1 };
  assert.deepEqual(await answerOf(kit, signed("beforeImportFriends", IMPORT)), expected);
});

test("a change is in the answer", async () => {
  const kit = kitOf().on("beforeImportFriends", ({ friendUserIDs }) => {
    return modify({ friendUserIDs: friendUserIDs.filter((id) => id !== "eve") });
  });
  assert.deepEqual(await answerOf(kit, signed("beforeImportFriends", IMPORT)), { ...ALLOWED, friendUserIDs: ["bob"] });
});

test("what is no verdict of the event is a failure, and the log says why", async () => {
  const wrong = [
    [() => true, /allow\(\), reject/],
    [() => null, /allow\(\), reject/],
    [() => ({ nextCode: 0 }), /allow\(\), reject/],
    [() => modify({ friendUserIds: ["bob"] }), /friendUserIds: no such field; ReplaceFriends has friendUserIDs/],
    [() => modify({ friendUserIDs: [7] }), /friendUserIDs\[0\]: a string is expected/],
    [() => modify({ friendUserIDs: "bob" }), /friendUserIDs: a list is expected/],
  ];
  for (const [handler, problem] of wrong) {
    const errors = [];
    const kit = kitOf({ log: { ...log, error: (_, error) => errors.push(error.message) } });
    kit.on("beforeImportFriends", handler);
    const answer = await answerOf(kit, signed("beforeImportFriends", IMPORT));
    assert.equal(answer, "500 the handler of this callback failed");
    assert.match(errors.join(), problem);
  }
});

test("an event whose answer replaces nothing cannot be modified", async () => {
  const kit = kitOf().on("beforeAddFriend", () => modify({ reqMsg: "" }));
  const event = { fromUserID: "ann", toUserID: "bob", reqMsg: "hello", ex: "" };
  assert.match(await answerOf(kit, signed("beforeAddFriend", event)), /^500 /);
});

test("a handler that throws is a failure whose words are in the log only", async () => {
  const kit = kitOf().on("beforeImportFriends", () => {
    throw new Error("the password is 1234");
  });
  const answer = await answerOf(kit, signed("beforeImportFriends", IMPORT));
  assert.equal(answer, "500 the handler of this callback failed");
  assert.match(written.join(), /callbackBeforeImportFriendsCommand of operation "operation-1": the handler failed/);
});

test("what is not signed with the secret, or not now, is 401 and calls nobody", async () => {
  const kit = kitOf().on("beforeImportFriends", () => assert.fail("it was called"));
  const request = signed("beforeImportFriends", IMPORT);
  const without = (name) => {
    const { [name]: _, ...headers } = request.headers;
    return { ...request, headers };
  };
  const having = (headers) => ({ ...request, headers: { ...request.headers, ...headers } });
  const minutes = (count) => new Date(Date.now() + count * 60_000);
  const wrong = [
    [signed("beforeImportFriends", IMPORT, { secret: OTHER }), "No matching signature found"],
    [signed("beforeImportFriends", IMPORT, { at: minutes(-6) }), "Message timestamp too old"],
    [signed("beforeImportFriends", IMPORT, { at: minutes(6) }), "Message timestamp too new"],
    [{ ...request, body: Buffer.concat([request.body, Buffer.from(" ")]) }, "No matching signature found"],
    [{ ...request, body: Buffer.from([0xff]) }, "the body is not UTF-8"],
    [having({ "webhook-timestamp": "12 and more" }), "malformed webhook-timestamp"],
    [having({ "webhook-id": "evt_1, evt_1" }), "malformed webhook-id"],
    [having({ "webhook-signature": "v1" }), "No matching signature found"],
    [without("webhook-id"), "missing header: webhook-id"],
    [without("webhook-timestamp"), "missing header: webhook-timestamp"],
    [without("webhook-signature"), "missing header: webhook-signature"],
  ];
  for (const [each, problem] of wrong) assert.equal(await answerOf(kit, each), `401 signature: ${problem}`);
});

test("either secret of a rotation is accepted, and either signature", async () => {
  const kit = kitOf({ secret: [OTHER, SECRET] }).on("beforeImportFriends", () => allow());
  assert.deepEqual(await answerOf(kit, signed("beforeImportFriends", IMPORT)), ALLOWED);
  const request = signed("beforeImportFriends", IMPORT, { secret: OTHER });
  const both = `v1a,x v1,AAAA ${request.headers["webhook-signature"]}`;
  const headers = { ...request.headers, "webhook-signature": both };
  assert.deepEqual(await answerOf(kit, { ...request, headers }), ALLOWED);
});

test("a secret without whsec_ is its bytes", async () => {
  const secret = "an ordinary text with an é, long enough";
  const request = signed("beforeImportFriends", IMPORT);
  const at = new Date();
  const signature = new Webhook(new TextEncoder().encode(secret), { format: "raw" }).sign("evt_1", at, request.body);
  const headers = { ...request.headers, "webhook-signature": signature };
  const kit = kitOf({ secret }).on("beforeImportFriends", () => allow());
  assert.deepEqual(await answerOf(kit, { ...request, headers }), ALLOWED);
});

test("a secret that is missing, blank, short or no base64 is refused, and not shown", () => {
  for (const secret of [undefined, "", " ", [], [""], "short", "whsec_c2hvcnQ=", "whsec_!!!", ` ${SECRET}`]) {
    const isSaid = (error) => error instanceof TypeError && /^secret: (?!.*(c2hvcnQ|!!!|dGhl))/.test(error.message);
    assert.throws(() => new BusinessServer({ secret }), isSaid);
  }
});

test("without a secret everything is accepted, and the handler sees that nothing was checked", async () => {
  const kit = kitOf({ secret: null }).on("beforeImportFriends", (_, delivery) => {
    assert.deepEqual(delivery, { operationID: "", eventID: null, signed: false, isSample: false });
  });
  const { headers: _, ...request } = signed("beforeImportFriends", IMPORT);
  assert.deepEqual(await answerOf(kit, { ...request, headers: {} }), ALLOWED);
});

test("what is no callback, has no handler or does not fit is refused with the reason", async () => {
  const kit = kitOf().on("beforeImportFriends", () => allow());
  const request = signed("beforeImportFriends", IMPORT);
  const command = EVENTS.beforeImportFriends.command;
  const wrong = [
    [{ ...request, method: "GET" }, "405 a callback is a POST"],
    [{ ...request, path: "/im/whatever" }, '404 no such callback: "whatever"'],
    [{ ...request, path: "/" }, '404 no such callback: ""'],
    [signed("afterImportFriends", IMPORT), "404 no handler for afterImportFriends (callbackAfterImportFriendsCommand)"],
    [
      { ...signed("afterImportFriends", IMPORT), path: `/${command}` },
      `400 malformed ${command}: callbackCommand: not that of the path`,
    ],
    [signed("beforeImportFriends", { ownerUserID: "ann" }), `400 malformed ${command}: friendUserIDs: a list is expected`],
    [
      signed("beforeImportFriends", { ...IMPORT, friendUserIDs: ["bob", 7] }),
      `400 malformed ${command}: friendUserIDs[1]: a string is expected`,
    ],
  ];
  for (const [each, expected] of wrong) assert.equal(await answerOf(kit, each), expected);
  assert.match(written.join("\n"), /refused a request with 405: a callback is a POST/);
});

test("refusals are logged up to ten times in a minute", async () => {
  const kit = kitOf();
  for (let number = 0; number < 30; number += 1) await kit.handle({ method: "GET", path: "/", headers: {}, body: Buffer.of() });
  assert.equal(written.length, 10);
});

test("an event and its handler are registered once, and under a name that exists", () => {
  const kit = kitOf().on("beforeImportFriends", () => allow());
  assert.throws(() => kit.on("beforeImportFriends", () => allow()), /beforeImportFriends has a handler/);
  assert.throws(() => kit.on("beforeImportFriend", () => allow()), /no such event: beforeImportFriend/);
  assert.throws(() => kit.on("toString", () => allow()), /no such event: toString/);
});

test("an after-event is handled once, and again if its handler threw", async () => {
  const heard = [];
  const kit = kitOf({ seen: new MemorySeen() }).on("afterImportFriends", (event, { eventID }) => {
    heard.push(eventID);
    if (heard.length === 1) throw new Error("not yet");
  });
  const first = signed("afterImportFriends", IMPORT, { id: "evt_1" });
  assert.match(await answerOf(kit, first), /^500 /);
  for (const each of [first, first, signed("afterImportFriends", IMPORT, { id: "evt_2" })]) {
    assert.deepEqual(await answerOf(kit, each), ALLOWED);
  }
  assert.deepEqual(heard, ["evt_1", "evt_1", "evt_2"]);
});

test("an after-event that is being handled is answered 503 and is to come again", async () => {
  let finish;
  const working = new Promise((resolve) => (finish = resolve));
  const kit = kitOf({ seen: new MemorySeen() }).on("afterImportFriends", () => working);
  const request = signed("afterImportFriends", IMPORT);
  const first = kit.handle(request);
  const second = await kit.handle(request);
  assert.deepEqual([second.status, second.headers["retry-after"]], [503, "5"]);
  finish();
  assert.equal((await first).status, 200);
});

test("the memory of handled events has a limit, and forgets the oldest", () => {
  const seen = new MemorySeen(2);
  for (const id of ["a", "b", "c"]) {
    assert.equal(seen.claim(id), "mine");
    seen.done(id);
  }
  assert.deepEqual(["a", "b", "c"].map((id) => seen.claim(id)), ["mine", "done", "done"]);
});

test("an after-handler is not called for a sample, unless it wants to be", async () => {
  const heard = [];
  const sample = signed("afterImportFriends", IMPORT, { id: "amity-sample-1" });
  const plain = kitOf().on("afterImportFriends", () => heard.push("plain"));
  assert.equal((await answerOf(plain, sample)).errMsg, "a sample: the handler was not called");
  const wanting = kitOf({ handleSamples: true });
  wanting.on("afterImportFriends", (_, { isSample }) => heard.push(isSample));
  await answerOf(wanting, sample);
  assert.deepEqual(heard, [true]);
});

test("node:http: the kit reads the body as it came, in any parts", async () => {
  const kit = kitOf().on("beforeImportFriends", ({ ownerUserID }) => reject(5001, ownerUserID));
  const url = await listening(createServer(kit.listener));
  const { method, path, headers, body } = signed("beforeImportFriends", { ...IMPORT, ownerUserID: "änn" });
  const request = httpRequest(url + path, { method, headers });
  for (const byte of body) request.write(Buffer.of(byte));
  request.end();
  const [answer] = await once(request, "response");
  assert.equal(answer.headers["content-type"], "application/json");
  assert.equal(JSON.parse((await answer.toArray()).join("")).errMsg, "änn");
});

test("node:http: a body over the limit is 413 before the rest of it has come", async () => {
  const kit = kitOf({ bodyLimit: 1000 }).on("beforeImportFriends", () => allow());
  const url = await listening(createServer(kit.listener));
  const request = httpRequest(`${url}/x`, { method: "POST" });
  request.on("error", () => {});
  request.write(Buffer.alloc(1001));
  const [answer] = await once(request, "response");
  assert.deepEqual([answer.statusCode, answer.headers.connection], [413, "close"]);
  answer.resume();
  request.destroy();
});

test("Express: mounted before or without a parser, and with one that keeps the bytes", async () => {
  const kit = kitOf().on("beforeImportFriends", () => allow());
  const bare = express().use("/im", kit.listener).use(express.json());
  const raw = express().use("/im", express.raw({ type: "application/json" }), kit.listener);
  for (const app of [bare, raw]) {
    const url = await listening(createServer(app));
    assert.equal(await sent(url, signed("beforeImportFriends", IMPORT)), `200 ${JSON.stringify(ALLOWED)}`);
  }
});

test("Express: behind a parser the kit says what to change", async () => {
  const kit = kitOf().on("beforeImportFriends", () => allow());
  const url = await listening(createServer(express().use(express.json()).use("/im", kit.listener)));
  const answer = await sent(url, signed("beforeImportFriends", IMPORT));
  assert.match(answer, /^500 the body was parsed before .* register kit\.listener before express\.json\(\)/);
});

test("fetch: a Request gets a Response", async () => {
  const kit = kitOf({ bodyLimit: 1000 }).on("beforeImportFriends", () => modify({ friendUserIDs: ["bob"] }));
  const { method, path, headers, body } = signed("beforeImportFriends", IMPORT);
  const answer = await kit.fetch(new Request(`https://app.example.com${path}`, { method, headers, body }));
  assert.deepEqual((await answer.json()).friendUserIDs, ["bob"]);
  const long = await kit.fetch(new Request("https://app.example.com/x", { method, body: Buffer.alloc(1001) }));
  assert.equal(long.status, 413);
  const none = await kit.fetch(new Request("https://app.example.com/x"));
  assert.equal(none.status, 405);
  const read = new Request(`https://app.example.com${path}`, { method, headers, body });
  await read.text();
  assert.match(await (await kit.fetch(read)).text(), /hand over request\.clone\(\)/);
});
