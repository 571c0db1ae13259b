import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { clientOf } from '../../src/http/client.ts';

const response = (state: { destroyed: boolean; writableEnded: boolean }) =>
  Object.assign(new EventEmitter(), state) as unknown as ServerResponse & {
    destroyed: boolean;
    writableEnded: boolean;
  };

const signalOf = (raw: ServerResponse) => clientOf({ clientId: 'address' }, { raw }).signal;

test('a client that had already gone', () => {
  assert.equal(signalOf(response({ destroyed: true, writableEnded: false })).aborted, true);
});

test('a client that goes later', () => {
  const raw = response({ destroyed: false, writableEnded: false });
  const signal = signalOf(raw);
  assert.equal(signal.aborted, false);
  raw.destroyed = true;
  raw.emit('close');
  assert.equal(signal.aborted, true);
});

test('a client that has its answer', () => {
  const raw = response({ destroyed: false, writableEnded: false });
  const signal = signalOf(raw);
  Object.assign(raw, { destroyed: true, writableEnded: true }).emit('close');
  assert.equal(signal.aborted, false);
});
