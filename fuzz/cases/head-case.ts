import type { Dice } from '../dice.ts';
import { mutateBytes } from '../mutate/mutate-bytes.ts';
import type { CaseMaker } from './fuzz-case.ts';

const FIRST_LINES = [
  ...[
    'POST /detect HTTP/1.1',
    'POST /detect HTTP/1.0',
    'POST /detect HTTP/2.0',
    'POST /detect',
    'post /detect HTTP/1.1',
  ],
  ...['GET /detect HTTP/1.1', 'POST /detect/../models HTTP/1.1', 'POST //detect HTTP/1.1', 'POST /%64etect HTTP/1.1'],
  ...[
    'POST /detect?model=..%2f..%2fetc HTTP/1.1',
    'GET /docs/static/../../package.json HTTP/1.1',
    'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1',
  ],
  ...[
    'GET http://127.0.0.1:1/ HTTP/1.1',
    'CONNECT 127.0.0.1:1 HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'TRACE /detect HTTP/1.1',
  ],
  ...['GET /page/../../package.json HTTP/1.1', 'GET /page/%2E%2E/%2E./package.json HTTP/1.1'],
  ...['GET /docs/static/..%2F..%5cpackage.json HTTP/1.1', 'GET /page/%252e%252e/package.json HTTP/1.1'],
  ...['GET /docs/static/%2e%2e%2f%2e%2e%2fpackage.json HTTP/1.1', 'GET /models HTTP/1.1', 'GET /openapi.yaml HTTP/1.1'],
  ...[
    `GET /${'a'.repeat(20_000)} HTTP/1.1`,
    'GET /%zz HTTP/1.1',
    'GET /\0 HTTP/1.1',
    'PRI * HTTP/2.0',
    'GET /health/ready HTTP/1.1',
  ],
];
const HEADERS = [
  ...[
    'Content-Length: -1',
    'Content-Length: 1e3',
    'Content-Length: 99999999999999999999',
    'Content-Length: 0',
    'Content-Length: 5',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: identity',
    'Transfer-Encoding : chunked',
  ],
  ...[
    'Content-Encoding: gzip',
    'Content-Type: ;',
    'Content-Type: multipart/form-data',
    `Content-Type: ${'x/'.repeat(4000)}`,
  ],
  ...[
    'Expect: 100-continue',
    'Expect: 200-ok',
    'Upgrade: websocket',
    'Upgrade: h2c',
    'Connection: upgrade',
    'Connection: close',
  ],
  ...[
    'X-Request-Id: ../../etc/passwd',
    'X-Request-Id: a\tb',
    `X-Request-Id: ${'r'.repeat(200)}`,
    ': empty',
    'no colon',
    ' folded: x',
  ],
  ...[
    'Host: other',
    'Host:',
    'Authorization: Bearer x',
    'Range: bytes=0-',
    `Cookie: ${'c'.repeat(15_000)}`,
    `Cookie: ${'c'.repeat(40_000)}`,
  ],
  ...[
    'X-Forwarded-For: 127.0.0.1',
    'Accept: image/svg+xml',
    'Accept: */*;q=nan',
    'If-None-Match: *',
    'X-Nul: \0',
    'X-High: \xff',
  ],
];

/** The head of a request: its first line, its lengths, its headers, up to thousands of them. */
export const headCase: CaseMaker = ({ dice, seeds }) => {
  const seed = dice.pick(seeds);
  const lines = ['Host: fuzz', `Content-Length: ${seed.bytes.length}`];
  if (dice.chance(0.15)) lines.splice(dice.int(2), 1);
  for (let left = dice.int(4); left > 0; left--) lines.splice(dice.int(lines.length + 1), 0, dice.pick(HEADERS));
  if (dice.chance(0.03))
    lines.push(...Array.from({ length: dice.pick([200, 1999, 2001, 5000]) }, (_, i) => `X-${i}: y`));
  const first = dice.chance(0.5) ? FIRST_LINES[0]! : dice.pick(FIRST_LINES);
  const end = dice.chance(0.05) ? '\n' : '\r\n';
  let head: Buffer = Buffer.from([first, ...lines, '', ''].join(end), 'latin1');
  if (dice.chance(0.2)) head = mutateBytes(head, dice, seed.bytes);
  const body = dice.chance(0.2) ? chunked(seed.bytes, dice) : seed.bytes;
  return {
    what: `head ${JSON.stringify(first.slice(0, 40))} ${lines.length} headers`,
    request: Buffer.concat([head, body]),
  };
};

function chunked(bytes: Buffer, dice: Dice): Buffer {
  const size = dice.pick([bytes.length.toString(16), 'fffffffff', '-1', '0', '', `${'0'.repeat(200)}1`]);
  return Buffer.concat([
    Buffer.from(`${size}${dice.pick(['', ';a=b', ' '])}\r\n`),
    bytes,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);
}
