import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { before, test } from 'node:test';
import { makeCase } from '../../fuzz/cases/make-case.ts';
import { readWhole } from '../../fuzz/oracle/whole-picture.ts';
import { runCases } from '../../fuzz/run-cases.ts';
import { makeSeeds, type Seed } from '../../fuzz/seeds.ts';
import { answering, BROKEN, detections } from './broken-services.ts';

/** Whether the fuzzer would notice: services that break or lie in one way each, and what it must say of them. */

let seeds: Seed[];
before(async () => {
  seeds = await makeSeeds();
});

for (const [name, listener, flaw] of BROKEN) {
  test(`a service that ${name} is found out`, async () => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const rules = { latestMs: 300, hungMs: 200, labels: ['red', 'green', 'blue'], models: ['tiny'] };
    const found: string[] = [];
    const target = { port, rules, alive: () => !found.some(one => flaw.test(one)), output: () => '' };
    try {
      await runCases(target, seeds, { seed: 5, from: 0, cases: 2000, seconds: 20, connections: 4 }, ({ flaws }) => {
        found.push(...flaws);
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
    assert.ok(
      found.some(one => flaw.test(one)),
      `not seen; seen were ${JSON.stringify([...new Set(found)].slice(0, 5))}`,
    );
  });
}

test('an answer that is late is a flaw', async () => {
  const late: RequestListener = (request, response) =>
    setTimeout(() => answering(200, detections())(request, response), 120);
  const server = createServer(late).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const rules = { latestMs: 50, hungMs: 2000, labels: [], models: [] };
  const found: string[] = [];
  const target = { port, rules, alive: () => true, output: () => '' };
  await runCases(target, seeds, { seed: 5, from: 0, cases: 4, seconds: 20, connections: 4 }, ({ flaws }) => {
    found.push(...flaws);
  });
  server.closeAllConnections();
  server.close();
  assert.ok(
    found.some(one => /^the answer came after \d+ ms$/.test(one)),
    JSON.stringify(found),
  );
});

test('the same seed gives the same cases', async () => {
  const again = await makeSeeds();
  for (let index = 0; index < 300; index++) {
    assert.deepEqual(makeCase(7, index, again), makeCase(7, index, seeds));
  }
  assert.notDeepEqual(makeCase(8, 0, seeds).request, makeCase(7, 0, seeds).request);
});

test('the second reader takes every seed for whole, and none of its beginnings', () => {
  for (const { name, bytes } of seeds) {
    assert.ok(!('flaw' in readWhole(bytes)), `${name}: ${JSON.stringify(readWhole(bytes))}`);
    const taken = [];
    for (let length = 1; length < bytes.length; length += length < bytes.length - 100 ? 37 : 1) {
      if (!('flaw' in readWhole(bytes.subarray(0, length)))) taken.push(length);
    }
    assert.deepEqual(taken, [], name);
  }
});
