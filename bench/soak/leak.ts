import { channel } from 'node:diagnostics_channel';
import { openSync } from 'node:fs';
import { ServerResponse } from 'node:http';

/**
 * Loaded into the service before it starts (`npm run soak -- --leak memory`), to show that the soak can fail: every request
 * leaves memory or a descriptor behind, or answers change after a while. Never part of the service.
 */
const LEFT_BYTES = 40_000;
const UNCHANGED = 50;
const CHANGED_EVERY = 10;
const left: (Buffer | number)[] = [];
const what = process.env.SOAK_LEAK;

// Engines have a channel to their parent and are left alone.
if (process.send === undefined) {
  if (what === 'answers') changeAnswers();
  else {
    channel('http.server.request.start').subscribe(() => {
      left.push(what === 'descriptors' ? openSync('/dev/null', 'r') : Buffer.alloc(LEFT_BYTES, 1));
    });
  }
}

/** The first digit of a score, in one of so many answers after the first of them. */
function changeAnswers(): void {
  const { end } = ServerResponse.prototype;
  let answers = 0;
  ServerResponse.prototype.end = function (this: ServerResponse, ...args: unknown[]) {
    const [body] = args;
    if (typeof body === 'string' && ++answers > UNCHANGED && answers % CHANGED_EVERY === 0)
      args[0] = body.replace(/"score":0\.(\d)/, (_, digit) => `"score":0.${9 - Number(digit)}`);
    return Reflect.apply(end, this, args);
  } as typeof end;
}
