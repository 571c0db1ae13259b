import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { loadPage } from '../../src/http/page-files.ts';
import type { DetectionAnswer, ModelList } from '../../src/http/schemas.ts';
import type { Answer, Model } from '../../src/page/api/answer.ts';
import { createTestApp } from '../support/test-app.ts';

const page = loadPage('dist/page');
const { app } = await createTestApp({ page });
const paths = [...page.keys()];
const textOf = (path: string) => page.get(path)!.bytes.toString();

test('the page knows the answers of the service as its schemas have them', () => {
  // Held by the compiler: a field that the schemas and the page have differently does not pass tsc.
  const answer = (given: DetectionAnswer): Answer => given;
  const model = (given: ModelList['models'][number]): Model => given;
  assert.equal(typeof answer, typeof model);
});

test('GET / is the document; HEAD is its head', async () => {
  const response = await app.inject('/');
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers['content-type'], 'text/html; charset=utf-8');
  assert.match(response.body, /^<!doctype html>/);
  const head = await app.inject({ method: 'HEAD', url: '/' });
  assert.deepEqual([head.statusCode, head.body], [200, '']);
  assert.equal(head.headers.etag, response.headers.etag);
  for (const url of ['/', '/page/main.js', '/page/', '/page/a/b/c']) {
    const wrong = await app.inject({ method: 'POST', url });
    assert.deepEqual([wrong.statusCode, wrong.headers.allow], [405, 'GET, HEAD'], url);
  }
  assert.equal((await app.inject({ method: 'POST', url: '/page' })).statusCode, 404);
});

const KINDS: [ending: string, type: RegExp][] = [
  ['html', /^text\/html; charset=utf-8$/],
  ['js', /^text\/javascript; charset=utf-8$/],
  ['css', /^text\/css; charset=utf-8$/],
  ['svg', /^image\/svg\+xml$/],
  ['woff2', /^font\/woff2$/],
  ['jpg', /^image\/jpeg$/],
  ['txt', /^text\/plain; charset=utf-8$/],
];

for (const [ending, type] of KINDS) {
  test(`every .${ending} of the page comes whole, with its type, its tag and the policy`, async () => {
    const those = paths.filter(path => path.endsWith(`.${ending}`));
    assert.ok(those.length > 0);
    for (const path of those) {
      const { statusCode, headers, rawPayload } = await app.inject(`/page/${path}`);
      assert.equal(statusCode, 200, path);
      assert.match(String(headers['content-type']), type);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['cache-control'], 'no-cache');
      assert.match(String(headers['content-security-policy']), /^default-src 'none'; script-src 'self'; /);
      assert.deepEqual(rawPayload, page.get(path)!.bytes);
    }
  });
}

test('the policy lets in nothing from elsewhere and nothing inline', async () => {
  const policy = String((await app.inject('/')).headers['content-security-policy']);
  const sources = policy.split('; ').flatMap(directive => directive.split(' ').slice(1));
  assert.deepEqual([...new Set(sources)].sort(), ["'none'", "'script'", "'self'", 'blob:']);
  assert.match(policy, /img-src 'self' blob:;/);
  assert.equal(policy.match(/blob:/g)!.length, 1, 'blob: is for pictures only');
});

test('the document needs nothing that the policy forbids', () => {
  const html = textOf('index.html');
  assert.doesNotMatch(html, /<style|<script(?![^>]* src=)|\sstyle=|\son\w+=|javascript:/i);
  for (const path of paths.filter(name => /\.(html|css|js)$/.test(name))) {
    const urls = textOf(path).match(/\b(https?:)?\/\/[\w.-]+\.\w+[^\s'"]*/g) ?? [];
    assert.deepEqual(
      urls.filter(url => !url.startsWith('http://www.w3.org/')),
      [],
      path,
    );
  }
  // Relative, so that the page also works below a path that a proxy takes away.
  const links = [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(match => match[1]!);
  assert.deepEqual(
    links.filter(link => link.startsWith('/')),
    [],
  );
  for (const link of links.filter(name => name.startsWith('page/'))) {
    assert.ok(page.has(link.slice('page/'.length)), `${link} is not among the files`);
  }
});

test('every module is asked for at once', () => {
  const modules = paths.filter(path => path.endsWith('.js'));
  assert.ok(modules.length > 20);
  const preloaded = [...textOf('index.html').matchAll(/rel="modulepreload" href="page\/([^"]+)"/g)].map(m => m[1]);
  assert.deepEqual(preloaded.sort(), modules.sort());
});

const TAGS: [name: string, header: (tag: string) => string, status: number][] = [
  ['the tag itself', tag => tag, 304],
  ['as a proxy weakens it', tag => `W/${tag}`, 304],
  ['among others', tag => `"other", ${tag}`, 304],
  ['another', () => '"other"', 200],
  ['the tag without its quotes', tag => tag.slice(1, -1), 200],
];

for (const [name, header, status] of TAGS) {
  test(`If-None-Match, ${name}: ${status}`, async () => {
    const tag = String((await app.inject('/page/main.js')).headers.etag);
    const response = await app.inject({ url: '/page/main.js', headers: { 'if-none-match': header(tag) } });
    assert.equal(response.statusCode, status);
    assert.equal(response.headers.etag, tag);
    if (status === 304) assert.equal(response.body, '');
  });
}

const ENCODINGS: [header: string | undefined, gzip: boolean][] = [
  ['gzip', true],
  ['gzip, deflate, br', true],
  ['br;q=1.0, gzip;q=0.8', true],
  ['gzip;q=0', false],
  ['gzip;q=0.0, identity', false],
  ['br', false],
  ['xgzip', false],
  [undefined, false],
];

for (const [header, gzip] of ENCODINGS) {
  test(`Accept-Encoding ${header}: ${gzip ? 'gzip' : 'as it is'}`, async () => {
    const headers = header === undefined ? {} : { 'accept-encoding': header };
    const response = await app.inject({ url: '/page/main.js', headers });
    assert.equal(response.headers['content-encoding'], gzip ? 'gzip' : undefined);
    assert.equal(response.headers.vary, 'Accept-Encoding');
    const bytes = gzip ? gunzipSync(response.rawPayload) : response.rawPayload;
    assert.deepEqual(bytes, page.get('main.js')!.bytes);
  });
}

test('what is compressed has another tag than what is not', async () => {
  const plain = await app.inject('/page/main.js');
  const gzipped = await app.inject({ url: '/page/main.js', headers: { 'accept-encoding': 'gzip' } });
  assert.notEqual(plain.headers.etag, gzipped.headers.etag);
  const picture = await app.inject({ url: '/page/samples/cat.jpg', headers: { 'accept-encoding': 'gzip' } });
  assert.equal(picture.headers['content-encoding'], undefined, 'pictures are compressed already');
});

/** Those that go up are in paths-outside.test.ts. */
const OUTSIDE = [
  '/page/',
  '/page',
  '/page/nothing.js',
  '/page/main.js%00.txt',
  '/page/main.js/',
  '/page/MAIN.JS',
  '/page/constructor',
  '/page/__proto__',
  '/page/.tsbuildinfo',
  '/index.html',
];

for (const url of OUTSIDE) {
  test(`${url} is no file of the page`, async () => {
    const response = await app.inject(url);
    assert.equal(response.statusCode, 404);
    assert.equal(response.json().code, 'not_found');
  });
}

test('with API keys the page is there for everyone, what it asks for is not', async () => {
  const locked = await createTestApp({ page, env: { API_KEYS: 'a-key-of-sixteen-or-more' } });
  for (const url of ['/', '/page/main.js', '/page/samples/cat.jpg']) {
    assert.equal((await locked.app.inject(url)).statusCode, 200, url);
  }
  for (const url of ['/models', '/docs/json', '/metrics', '/pages', '//']) {
    assert.equal((await locked.app.inject(url)).statusCode, 401, url);
  }
  assert.equal((await locked.app.inject({ method: 'POST', url: '/detect' })).statusCode, 401);
  const text = paths.map(textOf).join('');
  assert.doesNotMatch(text, /a-key-of-sixteen/);
});

test('an app without the page has none', async () => {
  const bare = await createTestApp();
  assert.equal((await bare.app.inject('/')).statusCode, 404);
});

test('a page that was not built is said in a sentence', () => {
  assert.throws(() => loadPage('dist/nowhere'), /The page is not in dist\/nowhere; "npm run build" makes it\./);
});

test('it is small: what a first visit loads', () => {
  const sent = (path: string) => (page.get(path)!.gzipped ?? page.get(path)!.bytes).length;
  const sum = (ending: RegExp) => paths.filter(path => ending.test(path)).reduce((all, path) => all + sent(path), 0);
  const [text, fonts, pictures] = [sum(/\.(html|js|css|svg)$/), sum(/\.woff2$/), sum(/\.jpg$/)];
  console.log(`text ${text} bytes, fonts ${fonts}, examples ${pictures}`);
  assert.ok(text < 50_000 && fonts < 60_000 && pictures < 300_000);
});

test('its files are logged at debug, the document at info', async () => {
  const { app: other, logs } = await createTestApp({ page });
  for (const url of ['/', '/page/main.js', '/page/style/base.css']) await other.inject(url);
  assert.deepEqual(
    logs.map(({ level, route }) => [level, route]),
    [
      [30, '/'],
      [20, '/page/*'],
      [20, '/page/*'],
    ],
  );
});
