import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JPEG_HEAD, multipart } from '../support/pictures.ts';
import { createTestApp } from '../support/test-app.ts';

const EXPECTED_DETECTIONS = [
  {
    class_id: 2,
    label: 'blue',
    score: 0.87123,
    box: { x1: 10.2, y1: 33, x2: 120.5, y2: 300.1 },
    uncertainty: { left: 1.2, top: 0.94, right: 4.8, bottom: 2 },
  },
  { class_id: 0, label: 'red', score: 0.5, box: { x1: 0, y1: 0, x2: 640, y2: 480 } },
];

const base64 = JPEG_HEAD.toString('base64');
const json = { 'content-type': 'application/json' };

const FORMS: Record<string, { headers: Record<string, string>; payload: Buffer | string }> = {
  'image/jpeg': { headers: { 'content-type': 'image/jpeg' }, payload: JPEG_HEAD },
  'the wrong image type': { headers: { 'content-type': 'image/png' }, payload: JPEG_HEAD },
  'application/octet-stream': { headers: { 'content-type': 'application/octet-stream' }, payload: JPEG_HEAD },
  'what curl --data-binary declares': {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: JPEG_HEAD,
  },
  'an unheard-of type': { headers: { 'content-type': 'application/x-unheard-of; v=1' }, payload: JPEG_HEAD },
  'no Content-Type': { headers: { 'content-length': String(JPEG_HEAD.length) }, payload: JPEG_HEAD },
  'multipart, part image': form([{ name: 'image', filename: 'a.jpg', type: 'image/jpeg', content: JPEG_HEAD }]),
  'multipart, a file of another name': form([{ name: 'upload', filename: 'a.jpg', content: JPEG_HEAD }]),
  'multipart, part image without a file name': form([{ name: 'image', content: JPEG_HEAD }]),
  'multipart, a declared type and no file name': form([{ name: 'x', type: 'image/jpeg', content: JPEG_HEAD }]),
  'JSON with base64': { headers: json, payload: JSON.stringify({ image: base64 }) },
  'JSON with base64 without padding': { headers: json, payload: JSON.stringify({ image: base64.replace(/=+$/, '') }) },
  'JSON with a data URL': { headers: json, payload: JSON.stringify({ image: `data:image/jpeg;base64,${base64}` }) },
  'JSON with a charset': {
    headers: { 'content-type': 'application/json; charset=utf-8' },
    payload: JSON.stringify({ image: base64 }),
  },
};

function form(parts: Parameters<typeof multipart>[0]) {
  const { headers, body } = multipart(parts);
  return { headers, payload: body };
}

for (const [name, request] of Object.entries(FORMS)) {
  test(`POST /detect takes ${name}`, async () => {
    const { app, pool } = await createTestApp();
    const response = await app.inject({ method: 'POST', url: '/detect', ...request });
    assert.equal(response.statusCode, 200, response.body);
    assert.equal(response.headers['content-type'], 'application/json; charset=utf-8');
    const { request_id, ...answer } = response.json();
    assert.equal(request_id, response.headers['x-request-id']);
    assert.deepEqual(answer, {
      model: { name: 'tiny', version: '1', provider: 'cpu' },
      image: { width: 640, height: 480 },
      detections: EXPECTED_DETECTIONS,
    });
    assert.deepEqual(
      pool.jobs.map(job => Buffer.from(job.bytes)),
      [JPEG_HEAD],
      'the engine gets the very bytes',
    );
  });
}
