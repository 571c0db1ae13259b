/** What the client itself sent, as JSON, which has no line breaks; and what stands for it where it is no text. */
export const QUOTED = '"(?:[^"\\\\\\n]|\\\\.)*"';
export const VALUE = `(?:${QUOTED}|an array|an object|null|true|false|-?Infinity|-?[\\d.e+-]+)`;
/** The same as it came, to the end of its sentence or cut. One wildcard a sentence: these run on hostile text, too. */
const NAME = '".*(?:"\\.|…)';

/** What an option should have been: src/http/option-readers.ts and src/http/options.ts. */
const EXPECTED = [
  'a number from 0 to 1',
  'a whole number from 1 to 1000',
  'true, false, 1 or 0',
  'class names or ids, comma-separated',
  'a comma list of distribution, timings',
  'at most 10000 items',
  'at most 200000 characters',
  'pairs like person:0\\.5,car:0\\.3',
  'the name of a model',
].join('|');

/**
 * Every sentence that a client can get, so that none of a library, with a path or a stack, gets there unseen. In quotes is
 * what the client itself sent.
 */
const SENTENCES: readonly string[] = [
  'The body is empty; send one picture\\. The forms are multipart/form-data with a part named "image", the bytes alone, and JSON {"image": "<base64>"}\\.',
  'The Content-Type header is not a media type such as image/jpeg\\.',
  'The Content-Type multipart/form-data needs a boundary of 1 to 70 characters of ASCII\\.',
  'The multipart body is malformed or ends before its closing boundary\\.',
  'The form has no picture; add (?:a file part|parts) named "image"\\.',
  `The file part ${QUOTED} is empty\\.`,
  'Send one picture: the form has more\\.',
  'The form has more than \\d+ (?:pictures|fields|parts)\\.',
  `The form field ${QUOTED} is longer than \\d+ bytes\\.`,
  `The form has a file named ${QUOTED}; the pictures of a batch are named "image"\\.`,
  'Send the pictures of a batch as multipart/form-data, one part named "image" each\\.',
  'The body is not JSON, although its Content-Type says so\\.',
  'The JSON body must be an object: {"image": "<base64>"} and options\\.',
  'The Swagger UI has no such file; it starts at /docs/\\.',
  'The JSON body has more than \\d+ (?:arrays, objects and keys|elements)\\.',
  'The JSON body needs "image": the picture in base64\\.',
  'The "image" of the JSON body is not base64 \\(standard alphabet, no line breaks\\)\\.',
  'The "image" of the JSON body is an address; nothing is fetched from there, send the picture in base64\\.',
  `Unknown option ${VALUE}; the options are [a-z_, ]+[.…]`,
  'Option [a-z_]+ is given twice; give it once\\.',
  `Option [a-z_]+ is ${VALUE}; expected (?:${EXPECTED})\\.`,
  `Option [a-z_]+ is ${VALUE}; expected (?:one threshold|a number from 0 to 1) for ${NAME}`,
  // 80 characters can be six times as many in JSON, and the whole is cut after 400.
  '(?:Unknown option|Option [a-z_]+ is) "(?=.{300})(?:[^"\\\\\\n]|\\\\.)*\\\\?…',
  `Expected a class name or an id from 0 to \\d+ for [a-z_]+ but received ${NAME}`,
  `There is no model ${QUOTED} here; there is [\\w., -]+\\.`,
  'The page has no such file; it starts at /\\.',
  'The Accept header takes none of what this gives: [a-z/, ]+\\.',
  'Every engine is busy and the queue is full; send the picture again later\\.',
  'The queue is full, and other clients have fewer pictures in it; send the picture again later\\.',
  'Too many pictures wait to be annotated; try again later\\.',
  'The picture has more detail than webp can hold; ask for jpeg or png\\.',
  'The network input has values that are no finite numbers of 32 bits\\.',
  'The network input has values like [-+.e\\d]+, where pixels become [-+.e\\d]+ to [-+.e\\d]+: normalise it as the manifest says\\.',
  'The network makes no finite numbers of this network input\\.',
  'The picture was not answered within its deadline\\.',
  'There is nothing at this path; pictures go to POST /detect, and /docs shows what else there is\\.',
  '[A-Z]+ does not work here; [A-Z, ]+ (?:do|does)\\.',
  'CONNECT does not work here: this is no proxy\\.',
  'The body has more than the \\d+ bytes that are accepted\\.',
  'Send the body as it is, without a Content-Encoding\\.',
  'The body did not arrive within \\d+ ms\\.',
  'The request did not arrive in time\\.',
  'The connection was closed before the body was complete\\.',
  'The head of the request is larger than what is accepted: 16 KiB in at most 200 lines\\.',
  'The head of the request has more than \\d+ lines\\.',
  'The request is not valid HTTP\\.',
  'The request ended before it was whole\\.',
  'The request must be HTTP/1\\.1 or HTTP/1\\.0\\.',
  'An HTTP/1\\.1 request needs one Host header\\.',
  'A part of the form has no Content-Disposition: form-data that can be read\\.',
  'A Transfer-Encoding needs HTTP/1\\.1\\.',
  'The only Transfer-Encoding that is taken is chunked\\.',
  'The path of the request is not a valid URL path\\.',
  'The body is not as long as its Content-Length says\\.',
  'The bytes are of no picture format; accepted are [A-Za-z, ]+\\.',
  'The bytes are the name of a file, not the file itself; curl sends it with -F image=@FILE or --data-binary @FILE\\.',
  'The bytes are the address of a picture; nothing is fetched from there, send the picture itself\\.',
  'The bytes are base64 text; send the picture itself, or the text as "image" of a JSON body\\.',
  'The picture is [A-Z]+; accepted are [A-Za-z, ]+\\.',
  'The file is (?:an? (?:HEIC|BMP|SVG) picture|a PDF|a video|an HTML page); accepted are [A-Za-z, ]+\\.',
  'The picture does not decode: it is damaged or incomplete\\.',
  'The picture has \\d+x\\d+ pixels; at most \\d+ (?:on a side )?are accepted\\.',
  'The picture has \\d+x\\d+ pixels; (?:jpeg|webp) holds at most \\d+ on a side, ask for (?:jpeg|png)\\.',
  'The AVIF has more than \\d+ frames in one picture; save it again as a still picture\\.',
  'The colour profile of the picture is computed in steps, which may take long; save it again in sRGB\\.',
  'The (?:JPEG|TIFF) has more in its arithmetic-coded scans than a picture; save it again as an ordinary (?:JPEG|TIFF)\\.',
  'The TIFF has more in its tags than a picture; save it again as an ordinary TIFF\\.',
  'The JPEG has more than \\d+ scans; save it again as an ordinary or a progressive JPEG\\.',
  'The (?:JPEG|PNG|WebP|AVIF) has more than \\d+ segments or chunks; save it again without metadata\\.',
  'The engine had too little memory for this picture; send it again\\.',
  'This kind of (?:TIFF|AVIF) is not supported, or it is damaged\\.',
  'Send an API key as "Authorization: Bearer KEY" or "X-API-Key: KEY"\\.',
  'The API key is not one of ours\\.',
  'Too many pictures are (?:waiting|on their way); try again later\\.',
  'The service failed at this request\\. It is a bug on our side\\.',
  'The service is (?:shutting down|starting: its models are not warm yet)\\.',
  'No engine is alive; one is being started\\.',
  'The engines die again and again; each start waits longer than the last\\.',
  'No engine can take a picture now; send it again\\.',
  'The engine that had this picture stopped before it answered; send it again\\.',
  'Engines have died of this picture; it is not tried again for now\\.',
  'The service is stopping; send the picture again\\.',
];

const KNOWN = SENTENCES.map(sentence => new RegExp(`^${sentence}$`, 's'));

export function isKnownDetail(detail: string): boolean {
  return KNOWN.some(sentence => sentence.test(detail));
}
