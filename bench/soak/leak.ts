import { channel } from 'node:diagnostics_channel';
import { openSync } from 'node:fs';

/**
 * Loaded into the service before it starts (`npm run soak -- --leak memory`), to show that the soak can fail: every request
 * leaves memory or a descriptor behind. Never part of the service.
 */
const LEFT_BYTES = 40_000;
const left: (Buffer | number)[] = [];
const what = process.env.SOAK_LEAK;

// Engines have a channel to their parent and are left alone.
if (process.send === undefined) {
  channel('http.server.request.start').subscribe(() => {
    left.push(what === 'descriptors' ? openSync('/dev/null', 'r') : Buffer.alloc(LEFT_BYTES, 1));
  });
}
