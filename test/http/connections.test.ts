import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { JPEG_HEAD } from '../support/pictures.ts';
import { served } from '../support/served.ts';
import { createTestApp, type TestService } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const head = (...lines: string[]) => `${['POST /detect HTTP/1.1', 'Host: x', ...lines].join('\r\n')}\r\n\r\n`;
const picture = (size = JPEG_HEAD.length) => Buffer.concat([JPEG_HEAD, Buffer.alloc(size - JPEG_HEAD.length)]);
const whole = (body: Buffer) => Buffer.concat([Buffer.from(head(`Content-Length: ${body.length}`)), body]);
const CONNECT = 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n';
const LIVE = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';

const lineOf = ({ logs }: TestService) => logs.filter(({ msg }) => msg === 'request').at(-1);

served('a head that does not arrive is 408 and the connection is closed', { HEADERS_TIMEOUT_MS: '100' }, async open => {
  const client = await open();
  client.write('POST /detect HTTP/1.1\r\nHost: ');
  const { status, headers, body } = await client.answer();
  assert.equal(status, 408);
  assert.equal(headers['content-type'], 'application/problem+json');
  assert.equal(JSON.parse(body).code, 'request_timeout');
  assert.equal(JSON.parse(body).request_id, headers['x-request-id']);
  await client.closed();
});

served('a connection that sends nothing is told 408 and closed', { HEADERS_TIMEOUT_MS: '300' }, async open => {
  const client = await open();
  const openedAt = performance.now();
  const { status, headers, body } = await client.answer();
  const waitedMs = performance.now() - openedAt;
  assert.deepEqual([status, headers.connection, JSON.parse(body).code], [408, 'close', 'request_timeout']);
  // The server's clock, of whole milliseconds, began when it accepted the connection.
  assert.ok(waitedMs > 250 && waitedMs < 3000, `told after ${waitedMs} ms`);
  await client.closed();
});

served('a body that stops is 408 and logged with its route', { BODY_TIMEOUT_MS: '100' }, async (open, service) => {
  const client = await open();
  client.write(`${head('Content-Length: 100', 'X-Request-Id: slow-1')}abc`);
  const { status, headers, body } = await client.answer();
  assert.equal(status, 408);
  assert.equal(headers.connection, 'close');
  assert.equal(JSON.parse(body).request_id, 'slow-1');
  client.destroy();
  await until(() => lineOf(service) !== undefined);
  assert.deepEqual([lineOf(service)?.route, lineOf(service)?.status], ['/detect', 408]);
});

served('what a connection that asked for CONNECT has under way is cut with the others', {}, async (open, service) => {
  holdPictures(service);
  const client = await open();
  client.write(Buffer.concat([whole(JPEG_HEAD), Buffer.from(CONNECT)]));
  await until(() => service.pool.jobs.length === 1);
  service.app.server.closeAllConnections();
  await client.closed();
});

served('CONNECT is 405, after the answers that were due', {}, async (open, service) => {
  const client = await open();
  client.write(LIVE + CONNECT);
  assert.equal((await client.answer()).status, 200);
  const { status, headers, body } = await client.answer();
  assert.deepEqual([status, headers.connection, JSON.parse(body).code], [405, 'close', 'method_not_allowed']);
  assert.equal(headers.allow, '');
  await client.closed();
  assert.equal(lineOf(service)?.status, 405);
});

served('a target in the absolute form is the path that it names', {}, async open => {
  const client = await open();
  for (const [target, expected] of [
    ['http://example.org/health/live', 200],
    ['http://example.org/detect?score_threshold=0.5', 405],
    ['http://example.org/nothing', 404],
    ['http://example.org/v2/models/none', 404],
  ] as const) {
    client.write(`GET ${target} HTTP/1.1\r\nHost: example.org\r\n\r\n`);
    const { status, headers, body } = await client.answer();
    assert.equal(status, expected, target);
    if (target.includes('/v2/'))
      assert.deepEqual(Object.keys(JSON.parse(body)), ['error'], 'in the words of its protocol');
    if (status === 405) assert.match(headers.allow!, /POST/);
  }
  client.destroy();
});

const NOT_HTTP: [name: string, bytes: string][] = [
  ['noise', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n'],
  ['a head without Host', 'GET /health/live HTTP/1.1\r\n\r\n'],
  ['two lengths', head('Content-Length: 5', 'Content-Length: 6')],
  ['a length and chunks', head('Content-Length: 5', 'Transfer-Encoding: chunked')],
  ['a negative length', head('Content-Length: -5')],
  ['a broken chunk', `${head('Transfer-Encoding: chunked')}xyz\r\n`],
  ['a head of 20 KiB', head(`X-Long: ${'x'.repeat(20 * 1024)}`)],
];

for (const [name, bytes] of NOT_HTTP) {
  served(`400 for ${name}, and the server lives on`, {}, async open => {
    const client = await open();
    client.write(bytes);
    const { status, headers, body } = await client.answer();
    assert.equal(status, 400);
    assert.match(headers['content-type'] ?? '', /^application\/problem\+json/);
    assert.equal(JSON.parse(body).code, 'invalid_request');
    assert.equal(headers.connection, 'close');
    await client.closed();
    const other = await open();
    other.write(LIVE);
    assert.equal((await other.answer()).status, 200);
    other.destroy();
  });
}

served(
  'a body that breaks off is answered, logged and counted once, as the request it is of',
  {},
  async (open, service) => {
    const client = await open();
    client.write(`${head('Transfer-Encoding: chunked', 'X-Request-Id: mine')}5\r\nabcde\r\nxyz\r\n`);
    const { status, body } = await client.answer();
    assert.deepEqual([status, JSON.parse(body).request_id], [400, 'mine']);
    await client.closed();
    await sleep(100); // for a second line
    const lines = service.logs.filter(({ msg }) => msg === 'request');
    assert.deepEqual(
      lines.map(({ request_id, route, status, code }) => [request_id, route, status, code]),
      [['mine', '/detect', 400, 'invalid_request']],
    );
    const counted = await service.metrics.registry.getSingleMetric('gfl_http_requests_total')!.get();
    assert.deepEqual(
      counted.values.filter(({ value }) => value > 0).map(({ labels, value }) => [labels.route, labels.status, value]),
      [['/detect', '400', 1]],
    );
  },
);

served(
  'a body that never comes to its end ends its connection without a second answer',
  { API_KEYS: 'a-key-of-16-chars', HEADERS_TIMEOUT_MS: '100', BODY_TIMEOUT_MS: '100' },
  async (open, service) => {
    const client = await open();
    client.write(`${head('Content-Length: 1000')}abc`);
    const { status, headers } = await client.answer();
    assert.deepEqual([status, headers.connection], [401, 'keep-alive']);
    await assert.rejects(client.answer(), /closed before the head of an answer; received: ""/);
    assert.equal(service.logs.filter(({ msg }) => msg === 'request').length, 1);
  },
);

served(
  'an answer to a malformed URL that is not taken is cut like any other',
  { SEND_TIMEOUT_MS: '200' },
  async (open, service) => {
    // As where the client's window is full: nothing that is written ever leaves.
    service.app.server.prependListener('connection', socket => Object.assign(socket, { _write() {}, _writev() {} }));
    const client = await open();
    client.write('GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.closed();
    await until(() => lineOf(service) !== undefined);
    assert.deepEqual([lineOf(service)?.route, lineOf(service)?.status], ['unmatched', 400]);
  },
);

/** Every picture waits until `release`. */
function holdPictures({ pool }: TestService): { release: () => void; aborted: () => number } {
  const { answer } = pool;
  let release = () => {};
  const released = new Promise<void>(resolve => {
    release = resolve;
  });
  let aborted = 0;
  pool.answer = (job, signal) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => {
        aborted += 1;
        reject(signal.reason);
      });
      void released.then(() => resolve(answer(job, signal)));
    });
  return { release, aborted: () => aborted };
}

const GARBAGE = '\x00\x01garbage\r\n\r\n';
const AFTER_A_PICTURE: [name: string, bytes: string, statuses: number[]][] = [
  ['noise', GARBAGE, [200, 400]],
  ['another request and noise', LIVE + GARBAGE, [200, 200, 400]],
  ['a broken chunk', `${head('Transfer-Encoding: chunked')}xyz\r\n`, [200, 400]],
  ['CONNECT', CONNECT, [200, 405]],
  ['half a head', 'POST /detect HTTP/1.1\r\nHost: ', [200, 408]],
];

for (const [name, bytes, statuses] of AFTER_A_PICTURE) {
  served(`a picture followed by ${name} is answered first`, { HEADERS_TIMEOUT_MS: '100' }, async (open, service) => {
    const { release } = holdPictures(service);
    const client = await open();
    client.write(Buffer.concat([whole(JPEG_HEAD), Buffer.from(bytes)]));
    await until(() => service.pool.jobs.length === 1);
    await sleep(250); // the head had its time
    if (bytes.endsWith(GARBAGE)) client.write(GARBAGE.repeat(10)); // is not read, nor refused once more
    assert.equal(client.socket.bytesRead, 0);
    release();
    const answers = [];
    for (const _ of statuses) answers.push(await client.answer());
    assert.deepEqual(
      answers.map(({ status }) => status),
      statuses,
    );
    assert.equal(answers.at(-1)?.headers.connection, 'close');
    await client.closed();
    const lines = service.logs.filter(({ msg }) => msg === 'request').map(({ status }) => status);
    assert.deepEqual(lines, statuses, 'one line each');
  });
}

served('what follows a request that closes its connection is not answered', {}, async (open, service) => {
  const { release } = holdPictures(service);
  const client = await open();
  const closing = head('Connection: close', `Content-Length: ${JPEG_HEAD.length}`);
  client.write(Buffer.concat([Buffer.from(closing), JPEG_HEAD, Buffer.from(GARBAGE)]));
  await until(() => service.pool.jobs.length === 1);
  release();
  const { status, headers } = await client.answer();
  assert.deepEqual([status, headers.connection], [200, 'close']);
  await assert.rejects(client.answer(), /closed before the head of an answer; received: ""/);
  assert.ok(!service.logs.some(({ route }) => route === 'unmatched'), 'nor logged and counted as answered');
});

for (const [name, bytes] of AFTER_A_PICTURE) {
  for (const how of ['end', 'destroy', 'resetAndDestroy'] as const) {
    served(`a client that leaves (${how}) after a picture and ${name} aborts the work`, {}, async (open, service) => {
      const { aborted } = holdPictures(service);
      const client = await open();
      client.write(Buffer.concat([whole(JPEG_HEAD), Buffer.from(bytes)]));
      await until(() => service.pool.jobs.length === 1);
      await sleep(50);
      client.socket[how]();
      await until(() => aborted() === 1 && service.admission.inFlight === 0);
      await client.closed();
      client.destroy();
    });
  }
}

served(
  'noise behind answers that are not taken does not keep the connection',
  { SEND_TIMEOUT_MS: '300' },
  async open => {
    const client = await open();
    client.socket.pause();
    client.write('GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(12) + GARBAGE);
    await sleep(600);
    client.socket.resume();
    await client.closed();
    assert.ok(client.socket.bytesRead < 20_000_000, `${client.socket.bytesRead} bytes are not all of it`);
  },
);

served('413 by the declared length, before a byte of the body', { MAX_BODY_BYTES: '1024' }, async open => {
  const client = await open();
  client.write(head('Content-Length: 5000000000'));
  const { status, headers, body } = await client.answer();
  assert.equal(status, 413);
  assert.equal(headers.connection, 'close');
  assert.equal(JSON.parse(body).detail, 'The body has more than the 1024 bytes that are accepted.');
  client.destroy();
});

served('413 reaches a client that reads nothing before it has sent all', { MAX_BODY_BYTES: '1024' }, async open => {
  const client = await open();
  client.socket.pause();
  client.write(head('Content-Length: 6000000'));
  // A connection closed with unread bytes is reset, and this write fails.
  await new Promise<void>((resolve, reject) => {
    client.socket.write(Buffer.alloc(6_000_000), error => (error ? reject(error) : resolve()));
  });
  client.socket.resume();
  assert.equal((await client.answer()).status, 413);
  await client.closed();
});

served('413 while reading chunks, and reading stops', { MAX_BODY_BYTES: '4096' }, async open => {
  const client = await open();
  client.write(head('Transfer-Encoding: chunked'));
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const feed = setInterval(() => client.write(chunk), 1);
  try {
    assert.equal((await client.answer()).status, 413);
    assert.ok((await client.closed()) < 3000, 'cut although the client never ends');
    assert.ok(client.socket.bytesWritten < 64 * 1024 * 1024);
  } finally {
    clearInterval(feed);
  }
});

for (const length of ['Transfer-Encoding: chunked', 'Content-Length: 99999999']) {
  served(`a GET with a body without end is answered, and the body is not read: ${length}`, {}, async open => {
    const client = await open();
    client.write(`GET /health/live HTTP/1.1\r\nHost: x\r\n${length}\r\n\r\n`);
    assert.equal((await client.answer()).status, 200);
    const feeding = setInterval(() => client.write('1\r\nx\r\n'), 20);
    try {
      assert.ok((await client.closed()) < 3000);
    } finally {
      clearInterval(feeding);
    }
  });
}

served('what answers a GET arrives whole, although a body without end goes on', {}, async open => {
  const client = await open();
  client.socket.pause();
  client.write('GET /openapi.yaml HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  const feeding = setInterval(() => client.write(`1000\r\n${'x'.repeat(4096)}\r\n`), 1);
  try {
    await sleep(200);
    client.socket.resume();
    const { status, body } = await client.answer();
    assert.equal(status, 200);
    assert.match(body, /^openapi: 3/);
    assert.ok((await client.closed()) < 3000);
  } finally {
    clearInterval(feeding);
  }
});

served('a small body of a GET costs nobody the connection', {}, async open => {
  const client = await open();
  client.write('GET /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n');
  assert.equal((await client.answer()).headers.connection, 'keep-alive');
  client.write(`late${LIVE}`);
  assert.equal((await client.answer()).status, 200);
  client.destroy();
});

served('a body exactly as long as accepted is taken', { MAX_BODY_BYTES: '4096' }, async open => {
  const client = await open();
  client.write(whole(picture(4096)));
  assert.equal((await client.answer()).status, 200);
  client.write(whole(picture(4097)));
  assert.equal((await client.answer()).status, 413);
  client.destroy();
});

served('a body in many chunks arrives whole', {}, async (open, { pool }) => {
  const client = await open();
  client.write(head('Transfer-Encoding: chunked', 'Content-Type: image/jpeg'));
  for (const byte of JPEG_HEAD)
    client.write(Buffer.concat([Buffer.from('1\r\n'), Buffer.of(byte), Buffer.from('\r\n')]));
  client.write('0\r\n\r\n');
  assert.equal((await client.answer()).status, 200);
  assert.deepEqual(Buffer.from(pool.jobs[0]!.bytes), JPEG_HEAD);
  client.destroy();
});

served('a client that leaves in the middle of its body costs no engine', {}, async (open, service) => {
  const client = await open();
  client.write(`${head('Content-Length: 100')}abc`);
  await until(() => service.app.server.listening);
  setTimeout(() => client.destroy(), 50);
  await until(() => lineOf(service) !== undefined);
  const { route, status, detail } = lineOf(service)!;
  assert.deepEqual([route, status, detail], ['/detect', 400, 'The request ended before it was whole.']);
  assert.equal(service.pool.jobs.length, 0);
});

served('a client that leaves while its picture is worked on aborts the work', {}, async (open, service) => {
  const { pool, metrics } = service;
  let aborted = false;
  pool.answer = (_job, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        aborted = true;
        reject(signal.reason);
      });
    });
  const client = await open();
  client.write(whole(JPEG_HEAD));
  await until(() => pool.jobs.length === 1);
  client.destroy();
  await until(() => aborted);
  assert.equal(lineOf(service)?.status, 499);
  await until(() => service.admission.inFlight === 0);
  const text = await metrics.registry.metrics();
  assert.match(text, /gfl_images_total{model="tiny",outcome="client_gone"} 1/);
  assert.match(text, /gfl_rejected_total{reason="client_gone"} 1/);
  assert.match(text, /gfl_http_requests_total{route="\/detect",method="POST",status="499"} 1/);
});

served('a client that left leaves no timer of its answer', { SEND_TIMEOUT_MS: '100' }, async (open, service) => {
  const { aborted } = holdPictures(service);
  const client = await open();
  client.write(whole(JPEG_HEAD));
  await until(() => service.pool.jobs.length === 1);
  client.destroy();
  await until(() => aborted() === 1);
  await sleep(300);
  assert.equal(service.logs.filter(({ msg }) => String(msg).includes('did not take its answer')).length, 0);
});

served('a client that leaves the queue never reaches an engine', {}, async (open, { pool, admission }) => {
  pool.answer = () => new Promise(() => {});
  const clients = await Promise.all([open(), open(), open()]);
  for (const client of clients) client.write(whole(JPEG_HEAD));
  await until(() => admission.depth === 1);
  for (const client of clients) client.destroy();
  await until(() => admission.depth === 0);
  assert.equal(pool.jobs.length, 2, 'the two that had a slot');
});

served('"Expect: 100-continue" is answered when there is nothing to refuse', {}, async open => {
  const client = await open();
  client.write(head(`Content-Length: ${JPEG_HEAD.length}`, 'Expect: 100-continue'));
  assert.equal((await client.answer()).status, 100);
  client.write(JPEG_HEAD);
  assert.equal((await client.answer()).status, 200);
  client.destroy();
});

served(
  'a client that expects 100 is refused without having sent its picture',
  { MAX_BODY_BYTES: '1024' },
  async open => {
    const client = await open();
    client.write(head('Content-Length: 5000', 'Expect: 100-continue'));
    const { status, headers } = await client.answer();
    assert.deepEqual([status, headers.connection], [413, 'close']);
    client.destroy();
  },
);

served(
  'a refusal under load keeps the connection when the rest of the body is small',
  { QUEUE_CAPACITY: '1' },
  async (open, { pool }) => {
    pool.alive = false;
    const client = await open();
    for (let round = 0; round < 3; round++) {
      client.write(whole(picture(200_000)));
      const { status, headers } = await client.answer();
      assert.deepEqual([status, headers.connection], [503, 'keep-alive']);
    }
    pool.alive = true;
    client.write(whole(JPEG_HEAD));
    assert.equal((await client.answer()).status, 200);
    client.destroy();
  },
);

served('an idle connection is announced to stay for 72 s', {}, async open => {
  const client = await open();
  client.write(LIVE);
  assert.equal((await client.answer()).headers['keep-alive'], 'timeout=72');
  client.destroy();
});

served('while draining every answer closes its connection', {}, async (open, { admission }) => {
  const client = await open();
  client.write(LIVE);
  assert.equal((await client.answer()).headers.connection, 'keep-alive');
  void admission.drain();
  client.write(LIVE);
  assert.equal((await client.answer()).headers.connection, 'close');
  await client.closed();
});

served(
  'an answer that is not taken is cut, also one that is taken drop by drop',
  { SEND_TIMEOUT_MS: '300' },
  async open => {
    const [silent, dripping] = await Promise.all([open(), open()]);
    const bundle = 'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n';
    for (const client of [silent, dripping]) {
      client.socket.pause();
      client.write(bundle.repeat(12)); // more than the buffers of two sockets take
    }
    const drops = setInterval(() => {
      // One piece, of 64 kB at most.
      dripping.socket.once('data', () => dripping.socket.pause()).resume();
    }, 50);
    try {
      await sleep(600);
      for (const client of [silent, dripping]) {
        client.socket.resume();
        await client.closed();
        assert.ok(client.socket.bytesRead < 20_000_000, `${client.socket.bytesRead} bytes are not all of it`);
      }
    } finally {
      clearInterval(drops);
    }
  },
);

served(
  'requests sent ahead end with their connection, every one of them',
  { MAX_BODY_BYTES: '100000', MAX_BUFFERED_BYTES: '400000' },
  async (open, service) => {
    const { pool, admission, logs } = service;
    const { answer } = pool;
    const { aborted } = holdPictures(service);
    const client = await open();
    for (let i = 0; i < 3; i++) client.write(whole(picture(90_000)));
    await until(() => admission.inFlight + admission.depth === 3);
    client.destroy();
    await until(() => admission.inFlight + admission.depth === 0);
    assert.ok(aborted() >= 2, 'the two that had a slot, and the third if it got one of theirs');
    await until(() => logs.filter(({ status }) => status === 499).length === 3);
    pool.answer = answer;
    const others = await Promise.all([open(), open(), open()]);
    for (const other of others) other.write(whole(picture(90_000)));
    for (const other of others) {
      assert.equal((await other.answer()).status, 200, 'the room of all three bodies is free again');
      other.destroy();
    }
  },
);

served('files that are asked for ahead come from memory: none is opened', {}, async (open, { app }) => {
  const openFiles = async () => {
    const targets = (await readdir('/proc/self/fd')).map(fd => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
    return (await Promise.all(targets)).filter(target => target.endsWith('swagger-ui-bundle.js')).length;
  };
  if (!existsSync('/proc/self/fd')) return;
  await app.inject('/docs/static/swagger-ui-bundle.js'); // read once
  const client = await open();
  client.socket.pause();
  client.write('GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(12));
  let most = 0;
  for (let looked = 0; looked < 50; looked++) {
    await sleep(5);
    most = Math.max(most, await openFiles());
  }
  assert.equal(most, 0);
  client.destroy();
});

served('a connection that sends too many requests ahead is cut', {}, async (open, { pool }) => {
  pool.answer = () => new Promise(() => {});
  const [client, other] = await Promise.all([open(), open()]);
  client.write(Buffer.concat([whole(JPEG_HEAD), Buffer.from(LIVE.repeat(15))]));
  other.write(LIVE);
  assert.equal((await other.answer()).status, 200);
  assert.equal(client.isClosed, false, '16 are allowed');
  client.write(LIVE);
  await client.closed();
  other.destroy();
});

served('a connection whose requests ahead have long heads is cut sooner', {}, async (open, { pool }) => {
  pool.answer = () => new Promise(() => {});
  const long = LIVE.replace('\r\n\r\n', `\r\nX: ${'x'.repeat(12_000)}\r\n\r\n`);
  const [client, other] = await Promise.all([open(), open()]);
  client.write(Buffer.concat([whole(JPEG_HEAD), Buffer.from(long.repeat(2))]));
  other.write(long);
  assert.equal((await other.answer()).status, 200);
  assert.equal(client.isClosed, false, '24 kB are allowed');
  client.write(long);
  await client.closed();
  // One after the other there may be any number.
  for (let i = 0; i < 5; i++) {
    other.write(long);
    assert.equal((await other.answer()).status, 200);
  }
  other.destroy();
});

const TWO_AT_ONCE = { MAX_BODY_BYTES: '100000', MAX_BUFFERED_BYTES: '150000' };

served('bodies are bounded together, from their arrival to their answer', TWO_AT_ONCE, async (open, service) => {
  const { pool, app } = service;
  const { release } = holdPictures(service);
  const [first, second] = await Promise.all([open(), open()]);
  first.write(whole(picture(100_000)));
  await until(() => pool.jobs.length === 1);
  second.write(whole(picture(100_000)));
  const refused = await second.answer();
  assert.equal(refused.status, 429);
  assert.equal(refused.headers['retry-after'], '1');
  release();
  assert.equal((await first.answer()).status, 200);
  const third = await open();
  third.write(whole(picture(100_000)));
  assert.equal((await third.answer()).status, 200, 'the room of the first is free again');
  const { body } = await app.inject('/metrics');
  assert.match(body, /gfl_rejected_total{reason="memory_full"} 1/);
  for (const client of [first, second, third]) client.destroy();
});

const json = (text: string) =>
  Buffer.from(`${head(`Content-Length: ${text.length}`, 'Content-Type: application/json')}${text}`);

served(
  'what is parsed of a body takes room, too, unless it is alone',
  { MAX_BODY_BYTES: '200000', MAX_BUFFERED_BYTES: '500000' },
  async (open, service) => {
    const { release } = holdPictures(service);
    const [first, second, third] = await Promise.all([open(), open(), open()]);
    first.write(json(JSON.stringify({ image: picture(140_000).toString('base64') })));
    await until(() => service.pool.jobs.length === 1);
    second.write(json(JSON.stringify({ model: 'x'.repeat(100_000) })));
    assert.equal((await second.answer()).status, 429);
    release();
    assert.equal((await first.answer()).status, 200);
    third.write(json(JSON.stringify({ model: 'x'.repeat(190_000) })));
    assert.equal((await third.answer()).status, 400, 'it is alone');
    for (const client of [first, second, third]) client.destroy();
  },
);

const KEYED = { ...TWO_AT_ONCE, API_KEYS: 'a-key-of-enough-characters' };
const form = (size: number, ...lines: string[]) =>
  `POST /v1/vision/detection HTTP/1.1\r\n${['Host: x', `Content-Length: ${size}`, ...lines].join('\r\n')}\r\n\r\n`;

served('bodies without a key in their head do not take the room of those with one', KEYED, async open => {
  const [slow, stranger, friend] = await Promise.all([open(), open(), open()]);
  slow.write(Buffer.concat([Buffer.from(form(100_000)), picture(90_000)]));
  await sleep(200); // until it was read
  stranger.write(Buffer.concat([Buffer.from(form(50_000)), picture(50_000)]));
  assert.equal((await stranger.answer()).status, 429, 'strangers have room for one body');
  friend.write(
    Buffer.concat([
      Buffer.from(head('X-API-Key: a-key-of-enough-characters', 'Content-Length: 50000')),
      picture(50_000),
    ]),
  );
  assert.equal((await friend.answer()).status, 200);
  for (const client of [slow, stranger, friend]) client.destroy();
});

const SMALL_ROOM = { MAX_BODY_BYTES: '100000', MAX_BUFFERED_BYTES: '1000000' };

served('answers that nobody reads take room, too', SMALL_ROOM, async (open, { pool }) => {
  const { answer } = pool;
  pool.answer = async (...job) => {
    const result = await answer(...job);
    return { ...result, detections: Array.from({ length: 60_000 }, () => result.detections[0]!) }; // 10 MB as JSON
  };
  const greedy = await open();
  greedy.socket.pause();
  greedy.write(whole(picture(50_000)));
  await until(() => pool.jobs.length === 1);
  await sleep(500);
  pool.answer = answer;
  const [second, third] = await Promise.all([open(), open()]);
  second.write(whole(picture(50_000)));
  assert.equal((await second.answer()).status, 429);
  greedy.destroy();
  await sleep(100);
  third.write(whole(picture(50_000)));
  assert.equal((await third.answer()).status, 200, 'its room is free when it has gone');
  for (const client of [second, third]) client.destroy();
});

test('what is refused before its body takes no room', async () => {
  const env = { API_KEYS: 'a-key-of-16-chars', MAX_BODY_BYTES: '1024', MAX_BUFFERED_BYTES: '4000' };
  const { app } = await createTestApp({ env });
  const request = { method: 'POST', url: '/detect', payload: JPEG_HEAD } as const;
  for (let i = 0; i < 50; i++) assert.equal((await app.inject(request)).statusCode, 401);
  const headers = { 'x-api-key': 'a-key-of-16-chars', 'content-type': 'image/jpeg' };
  for (let i = 0; i < 50; i++) assert.equal((await app.inject({ ...request, headers })).statusCode, 200);
});

const EARLY: [name: string, env: Record<string, string>, state: (service: TestService) => unknown, status: number][] = [
  ['no engine is alive', {}, ({ pool }) => Object.assign(pool, { alive: false }), 503],
  ['it drains', {}, ({ admission }) => void admission.drain(), 503],
  [
    'the queue is full',
    { QUEUE_CAPACITY: '1' },
    async ({ app, pool, admission }) => {
      pool.answer = () => new Promise(() => {});
      const busy = { method: 'POST', url: '/detect', payload: JPEG_HEAD } as const;
      for (let i = 0; i < 3; i++) void app.inject(busy).catch(() => {});
      await until(() => admission.full());
    },
    429,
  ],
];

for (const [name, env, state, status] of EARLY) {
  served(`${status} before a byte of the body, because ${name}`, env, async (open, service) => {
    await state(service);
    const client = await open();
    client.write(head('Content-Length: 10000000'));
    const { status: actual, headers } = await client.answer();
    assert.deepEqual([actual, headers.connection], [status, 'close']);
    client.destroy();
  });
}

served('HEAD has a head and no body, also when it is refused', {}, async open => {
  for (const [path, status] of [
    ['/health/live', '200 OK'],
    ['/detect', '405 Method Not Allowed'],
    ['/nothing', '404 Not Found'],
  ] as const) {
    const client = await open();
    let text = '';
    client.socket.on('data', chunk => {
      text += chunk;
    });
    client.write(`HEAD ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await client.closed();
    const [answer, body] = text.split('\r\n\r\n');
    assert.ok(answer?.startsWith(`HTTP/1.1 ${status}\r\n`), answer);
    assert.equal(body, '', path);
  }
});

served(
  'one connection too many takes the place of the one that was idle longest',
  { MAX_CONNECTIONS: '3' },
  async (open, service) => {
    const [spoke, silent, half] = [await open(), await open(), await open()];
    half.write('GET /health/live HTTP/1.1\r\nHost: ');
    spoke.write(LIVE);
    assert.equal((await spoke.answer()).status, 200); // idle since now
    const fourth = await open();
    await silent.closed();
    const fifth = await open();
    await half.closed();
    for (const client of [spoke, fourth, fifth]) {
      client.write(LIVE);
      assert.equal((await client.answer()).status, 200);
    }
    const scraped = await service.metrics.registry.metrics();
    assert.match(scraped, /^gfl_connections 3$/m);
    assert.match(scraped, /^gfl_connections_cut_total 2$/m);
  },
);

served('where all connections are at work one too many is closed itself', { MAX_CONNECTIONS: '2' }, async open => {
  const bodies = [await open(), await open()];
  for (const client of bodies) client.write(head(`Content-Length: ${JPEG_HEAD.length}`));
  await sleep(50); // their heads have been read
  await (await open()).closed();
  for (const client of bodies) client.write(JPEG_HEAD);
  for (const client of bodies) assert.equal((await client.answer()).status, 200);
  const later = await open();
  later.write(LIVE);
  assert.equal((await later.answer()).status, 200, 'they are idle now');
});
