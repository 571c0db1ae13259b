import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { pictureRequest } from '../../../bench/load/picture-requests.ts';
import { knownPictures } from '../../../bench/soak/known-pictures.ts';
import type { SoakRequest } from '../../../bench/soak/soak-requests.ts';
import { squares } from '../../support/squares.ts';
import { withTinyService } from '../../support/with-tiny-service.ts';

const named = (file: string, bytes: Buffer = Buffer.from('x')): SoakRequest => ({
  ...pictureRequest(file, bytes, 'raw'),
  expect: 'result',
});

type Say = (round: number) => { status?: number; answer: object };
const same = { detections: [{ score: 0.5 }] };

const CASES: [name: string, say: Say, changed: RegExp[]][] = [
  ['the same, with other ids and times', round => ({ answer: { request_id: round, ...same, timings_ms: round } }), []],
  [
    'another score',
    round => ({ answer: round < 2 ? same : { detections: [{ score: 0.4 }] } }),
    [/a\.jpg got .*0\.4.* and not .*0\.5/],
  ],
  ['nothing', round => ({ answer: round < 2 ? same : { detections: [] } }), [/a\.jpg got/]],
  ['a refusal', round => ({ answer: same, status: round < 2 ? 200 : 503 }), [/a\.jpg got status 503/]],
  ['a refusal at first', round => ({ answer: same, status: round < 1 ? 429 : 200 }), [/a\.jpg got status 429/]],
];

for (const [name, say, changed] of CASES) {
  test(`of a known picture comes ${name}`, async () => {
    let round = 0;
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const { status = 200, answer } = say(round);
        response.writeHead(status).end(JSON.stringify(answer));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const hostile = { ...named('broken.jpg'), expect: 'refusal' as const };
    const { answers, askAll } = knownPictures(`http://127.0.0.1:${port}`, [named('a.jpg'), hostile, named('a.jpg')]);
    for (; round < 3; round++) await askAll();
    server.closeAllConnections();
    server.close();
    assert.equal(answers.changed.length, changed.length, answers.changed.join());
    for (const [index, wanted] of changed.entries()) assert.match(answers.changed[index]!, wanted);
    assert.equal(answers.asked, name.endsWith('at first') ? 1 : 2);
  });
}

const leak = pathToFileURL(path.join(import.meta.dirname, '../../../bench/soak/leak.js'));

for (const [what, env] of [
  ['the service', {}],
  ['a service that changes answers (`--leak answers`)', { NODE_OPTIONS: `--import=${leak}`, SOAK_LEAK: 'answers' }],
] as const) {
  test(`${what} is asked for known pictures`, async () => {
    const picture = await squares([['red', 2, 2]]);
    const requests = Array.from({ length: 10 }, (_, index) => named(`${index}.png`, picture));
    await withTinyService(env, async ({ url }) => {
      const { answers, askAll } = knownPictures(url, requests);
      for (let round = 0; round < 10; round++) await askAll();
      assert.equal(answers.asked, 90);
      if (what === 'the service') assert.deepEqual(answers.changed, []);
      else assert.ok(answers.changed.length > 0);
    });
  });
}
