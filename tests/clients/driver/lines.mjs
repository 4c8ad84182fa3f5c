// How a driver talks with the test that started it: one JSON object a line.
//
//   in   {"id": 1, "method": "login", "params": ["alice", "token"]}
//   out  {"ready": {...}}   {"event": "OnFriendAdded", "data": {...}}   {"id": 1, "result": ...}   {"id": 1, "error": {...}}
//
// The Go core writes to standard output, too. So every line begins on a line of its own, and whoever reads skips what is
// not such an object.
import readline from 'node:readline';

export const options = JSON.parse(process.argv[2]);

export const tell = message => process.stdout.write(`\n${JSON.stringify(message)}\n`);

export const event = (name, answer) =>
  tell({ event: name, data: answer?.data ?? null, code: answer?.errCode || undefined, message: answer?.errMsg || undefined });

// What a client's method gave back, without its envelope; throws the envelope where it says that something failed.
export const opened = envelope => {
  if (envelope?.errCode) throw envelope;
  return envelope !== null && typeof envelope === 'object' && 'data' in envelope ? envelope.data : envelope;
};

const failure = error => ({ code: error?.errCode ?? -1, message: error?.errMsg || error?.message || String(error), detail: error?.errDlt });

// Carries out calls until standard input ends, that is: until the test closes it or is gone. Then does what `end` says.
export async function serve(client, call, end = () => {}) {
  tell({ ready: client });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    call(method, params).then(
      result => tell({ id, result: result ?? null }),
      error => tell({ id, error: failure(error) }),
    );
  }
  await end();
  process.exit();
}
