import type { RequestListener } from 'node:http';

/** Services that break or lie in one way each, and what the fuzzer must say of them. */

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'",
};
const size = { width: 72, height: 56 };
const box = { x1: 1, y1: 1, x2: 20, y2: 20 };
const one = { class_id: 0, label: 'red', score: 0.5, box };
const bins = { left: [1], top: [1], right: [1], bottom: [1], origin: { x: 0, y: 0 }, bin_size: { x: 1, y: 1 } };
const nulls = { x1: null, y1: null, x2: null, y2: null };

/** Answers what it is told to, as soon as the body is there. */
export function answering(status: number, body: unknown, headers: Record<string, string> = HEADERS): RequestListener {
  return (request, response) => {
    const id = String(request.headers['x-request-id'] ?? 'none');
    const send = () => {
      const text = typeof body === 'string' ? body : JSON.stringify({ ...(body as object), request_id: id });
      response
        .writeHead(status, { ...headers, 'X-Request-Id': id, 'Content-Length': Buffer.byteLength(text) })
        .end(text);
    };
    request
      .on('error', () => {})
      .on('end', send)
      .resume();
  };
}

const problem = (status: number, code: string, detail: string) => ({ type: 'x', title: 'x', status, code, detail });
const asProblem = { ...HEADERS, 'Content-Type': 'application/problem+json' };
export const detections = (...list: object[]) => ({ model: { name: 'tiny' }, image: size, detections: list });

const DAMAGED = problem(422, 'unprocessable_image', 'The picture does not decode: it is damaged or incomplete.');
const refusing = answering(422, DAMAGED, asProblem);

/** All others are answered with an empty list. */
function onlyFor(type: RegExp, listener: RequestListener): RequestListener {
  return (request, response) =>
    (type.test(request.headers['content-type'] ?? '') ? listener : answering(200, detections()))(request, response);
}

function onlyAt(path: RegExp, listener: RequestListener): RequestListener {
  return (request, response) =>
    (path.test(request.url ?? '') ? listener : answering(200, detections()))(request, response);
}

const VISION = /^\/v1\/vision\//;
const INFER = /^\/v2\//;
const asJson = { ...HEADERS, 'Content-Type': 'application/json' };
const found = { label: 'red', confidence: 0.5, x_min: 1, y_min: 1, x_max: 20, y_max: 20 };
const vision = (...predictions: object[]) =>
  answering(200, JSON.stringify({ success: true, predictions, count: predictions.length }), asJson);
const inferred = (outputs: object[]) => answering(200, JSON.stringify({ outputs }), asJson);
const counts = (pictures: number, values = pictures) => ({
  name: 'num_detections',
  datatype: 'INT32',
  shape: [pictures],
  data: Array(values).fill(0),
});

/** `before` to who asks for what is known, `after` to all others. */
function changing(before: RequestListener, after: RequestListener): RequestListener {
  return (request, response) =>
    (String(request.headers['x-request-id']).startsWith('known') ? before : after)(request, response);
}

export const BROKEN: [name: string, listener: RequestListener, flaw: RegExp][] = [
  ['takes everything for a picture', answering(200, detections()), /a picture cut short was answered with detections/],
  ['does not look at the form', answering(200, detections()), /200 for a request that must fail: /],
  [
    'does not look at options',
    answering(200, detections()),
    /200 although (no option is named|\w+ (is given twice|cannot be))/,
  ],
  ['does not look at the structure', answering(200, detections()), /detections although the (JPEG|PNG|WebP)/],
  [
    'has another size in mind',
    answering(200, { ...detections(), image: { width: 9, height: 9 } }),
    /is said to have 9x9/,
  ],
  ['puts boxes outside', answering(200, detections({ ...one, box: { ...box, x2: 900 } })), /a box outside its picture/],
  ['gives a box of nulls', answering(200, detections({ ...one, box: nulls })), /box\.x1 is no number but null/],
  ['gives no box', answering(200, detections({ ...one, box: null })), /detections\[0\]\.box is null/],
  [
    'gives numbers as text',
    answering(200, detections({ ...one, box: { ...box, x1: '1' } })),
    /box\.x1 is no number but "1"/,
  ],
  ['gives a score of null', answering(200, detections({ ...one, score: null })), /\.score is no number but null/],
  [
    'gives an uncertainty of null',
    answering(200, detections({ ...one, uncertainty: { left: 0, top: null, right: 0, bottom: 0 } })),
    /uncertainty\.top is no number but null/,
  ],
  [
    'gives a bin of null',
    answering(200, detections({ ...one, distribution: { ...bins, bottom: [0, null] } })),
    /distribution\.bottom\.1 is no number but null/,
  ],
  ['gives no list', answering(200, { ...detections(), detections: {} }), /no list of detections/],
  ['answers in prose', answering(200, 'fine'), /200 without results/],
  ['sorts the wrong way', answering(200, detections(one, { ...one, score: 0.9 })), /scores out of order/],
  [
    'does not look at the threshold',
    answering(200, detections({ ...one, score: 0.1 })),
    /below the threshold of 0\.25/,
  ],
  [
    'does not look at the thresholds of classes',
    answering(200, detections({ ...one, score: 0.3 })),
    /below the threshold of 0\.5/,
  ],
  [
    'does not look at classes',
    answering(200, detections({ ...one, class_id: 2, label: 'blue' })),
    /class 2, which was not/,
  ],
  ['finds what has no name', answering(200, detections({ ...one, class_id: 3 })), /a class id of 3, of 3 classes/],
  ['mixes names up', answering(200, detections({ ...one, label: 'blue' })), /class 0 is called blue and not red/],
  ['keeps distributions', answering(200, detections(one)), /a distribution is missing/],
  ['tells distributions', answering(200, detections({ ...one, distribution: bins })), /a distribution nobody wanted/],
  ['keeps timings', answering(200, detections()), /timings missing/],
  ['gives too many', answering(200, detections(...Array(101).fill(one))), /101 detections of at most 100/],
  ['answers with another model', answering(200, { ...detections(), model: { name: 'huge' } }), /of the model huge/],
  [
    'fails',
    answering(500, problem(500, 'internal', 'The service failed at this request. It is a bug on our side.'), asProblem),
    /^status 500/,
  ],
  ['refuses everything', refusing, /status 422 for an untouched picture/],
  [
    'shows a stack',
    answering(400, problem(400, 'invalid_request', 'Error: x\n    at f (/app/dist/http/app.js:1:1)'), asProblem),
    /a sentence that is not ours/,
  ],
  ['shows HTML', answering(400, '<h1>Bad request</h1>'), /status 400 without a problem/],
  [
    'mixes codes up',
    answering(
      400,
      problem(
        400,
        'not_found',
        'There is nothing at this path; pictures go to POST /detect, and /docs shows what else there is.',
      ),
      asProblem,
    ),
    /not_found with status 400/,
  ],
  [
    'is overloaded',
    answering(429, problem(429, 'overloaded', 'Too many pictures are waiting; try again later.'), asProblem),
    /429, although/,
  ],
  ['says what it is', answering(200, detections(), { ...HEADERS, Server: 'nginx' }), /a server header/],
  [
    'forgets a header',
    answering(200, detections(), { ...HEADERS, 'X-Frame-Options': 'ALLOW' }),
    /the header x-frame-options is ALLOW/,
  ],
  [
    'forgets what it found',
    changing(answering(200, detections(one)), answering(200, detections())),
    /nothing is found in \w+ .*, where 1 were/,
  ],
  [
    'moves its boxes',
    changing(answering(200, detections(one)), answering(200, detections({ ...one, box: { ...box, x1: 2 } }))),
    /is answered otherwise than before/,
  ],
  ['refuses forms', onlyFor(/^multipart/, refusing), /status 422 for an untouched picture/],
  ['refuses JSON', onlyFor(/json/i, refusing), /status 422 for an untouched picture/],
  ['refuses options', onlyFor(/^application\/octet-stream/, refusing), /status 422 for an untouched picture/],
  [
    'has a problem with every batch',
    answering(200, { results: [DAMAGED] }),
    /a problem for an untouched picture: The picture does not decode/,
  ],
  ['sends forms elsewhere', onlyFor(/^multipart/, answering(302, '')), /302 for a request that must fail: /],
  [
    'drops forms that it cannot read',
    onlyFor(/^multipart/, request => request.socket.destroy()),
    /a whole request was dropped without an answer: .*form/,
  ],
  ['serves whatever is there', answering(200, '{"name":"a file"}'), /200 for a path that leaves its folder: /],
  ['drops requests', request => request.socket.destroy(), /a whole request was dropped without an answer/],
  ['never answers', () => {}, /no answer and no close within/],
  ['takes a cut form of DeepStack', onlyAt(VISION, vision()), /a request cut short was answered with 200/],
  ['takes any picture of DeepStack', onlyAt(VISION, vision()), /detections although the (JPEG|PNG|WebP)/],
  ['gives DeepStack no list', onlyAt(VISION, inferred([])), /200 without predictions/],
  ['gives DeepStack a box outside', onlyAt(VISION, vision({ ...found, x_max: 900 })), /a box of 1,1,900,20/],
  ['gives DeepStack parts of pixels', onlyAt(VISION, vision({ ...found, x_min: 1.5 })), /a box of 1.5,1,20,20/],
  ['sorts the wrong way for DeepStack', onlyAt(VISION, vision(found, { ...found, confidence: 0.9 })), /out of order/],
  ['gives DeepStack a problem of HTTP', onlyAt(VISION, refusing), /a problem with the fields type,title,status/],
  [
    'tells DeepStack of its libraries',
    onlyAt(VISION, answering(422, '{"success":false,"error":"VipsJpeg: /x","code":422,"duration":0}', asJson)),
    /a sentence that is not ours: VipsJpeg/,
  ],
  ['refuses DeepStack', onlyAt(VISION, refusing), /status 422 for an untouched picture/],
  ['takes any picture to infer', onlyAt(INFER, inferred([counts(1)])), /detections although the (JPEG|PNG|WebP)/],
  ['takes a cut request to infer', onlyAt(INFER, inferred([counts(1)])), /a request cut short was answered with 200/],
  ['infers of other pictures', onlyAt(INFER, inferred([counts(9)])), /num_detections of 9 pictures, \d were sent/],
  ['infers fewer than it says', onlyAt(INFER, inferred([counts(1, 7)])), /num_detections has 7 values for the shape 1/],
  [
    'infers scores above 1',
    onlyAt(INFER, inferred([{ name: 'scores', datatype: 'FP32', shape: [1, 1], data: [1.5] }])),
    /scores 1.5/,
  ],
  [
    'infers boxes outside',
    onlyAt(INFER, inferred([{ name: 'boxes', datatype: 'FP32', shape: [1, 1, 4], data: [0, 0, 900, 9] }])),
    /boxes 0,0,900,9/,
  ],
  ['infers nothing', onlyAt(INFER, answering(200, '{}', asJson)), /200 without outputs/],
  ['refuses to infer', onlyAt(INFER, refusing), /status 422 for an untouched picture/],
  [
    'gives the same picture another answer',
    (request, response) => answering(200, { ...detections(), at: performance.now() })(request, response),
    /the same picture again gave/,
  ],
  [
    'answers with the id of another',
    (request, response) => {
      request.headers['x-request-id'] = 'another';
      answering(200, detections())(request, response);
    },
    /the answer of another/,
  ],
];
