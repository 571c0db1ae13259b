import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { ServiceError } from '../errors.ts';
import { contentTypeOf, readBoundary } from './multipart-boundary.ts';

const MAX_FIELDS = 32;
const MAX_FIELD_BYTES = 16 * 1024;
/** Of a part. */
const MAX_HEAD_BYTES = 16 * 1024;
/** More than a form may have: at most 1,024 pictures (`MAX_IMAGES_PER_REQUEST`). 20 MB hold two million, which take the parser half a minute. */
const MAX_PARTS = 1100;

export interface FilePart {
  name: string;
  bytes: Buffer;
}

export interface MultipartForm {
  files: FilePart[];
  fields: { name: string; value: string }[];
}

/**
 * A complete `multipart/form-data` body, taken apart. The part named `image` is a file with or without a file name.
 * The body is in memory already, so nothing is ever cut off: over-long, surplus and malformed parts are `invalid_request`.
 */
export function parseMultipart(body: Buffer, contentType: string, maxFiles: number): Promise<MultipartForm> {
  return new Promise((resolve, reject) => {
    const refuse = (message: string) => reject(new ServiceError('invalid_request', message));
    const boundary = readBoundary(contentType);
    const delimiters = delimiterEnds(body, boundary);
    if (delimiters.length - 1 > MAX_PARTS) return refuse(`The form has more than ${MAX_PARTS} parts.`);
    const parser = openParser(boundary, maxFiles, body.length);
    const form: MultipartForm = { files: [], fields: [] };

    parser.on('file', (name: string | undefined, stream: BusboyFileStream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        form.files.push({ name: name ?? '', bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
      });
      stream.on('error', () => {});
    });
    parser.on('field', (name: string | undefined, value, _nameIsCut, valueIsCut) => {
      const shown = JSON.stringify((name ?? '').slice(0, 40));
      if (valueIsCut) refuse(`The form field ${shown} is longer than ${MAX_FIELD_BYTES} bytes.`);
      form.fields.push({ name: name ?? '', value });
    });
    parser.on('filesLimit', () => {
      refuse(maxFiles === 1 ? 'Send one picture: the form has more.' : `The form has more than ${maxFiles} pictures.`);
    });
    parser.on('fieldsLimit', () => refuse(`The form has more than ${MAX_FIELDS} fields.`));
    parser.on('error', () => refuse('The multipart body is malformed or ends before its closing boundary.'));
    parser.on('finish', () => {
      // The parser passes over a part whose head it does not understand; here nothing that was sent is passed over.
      const understood = form.files.length + form.fields.length;
      if (countParts(body, delimiters) === understood && delimiters.every(end => areNamesPlain(body, end)))
        resolve(form);
      else refuse('A part of the form has no Content-Disposition: form-data that can be read.');
    });
    parser.end(body);
  });
}

/** Where each delimiter ends (RFC 2046, 5.1.1), also the closing one and any behind it. Stops looking when there are more than a form may have. */
function delimiterEnds(body: Buffer, boundary: string): number[] {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const isFirst = body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2));
  const ends: number[] = [];
  let at = isFirst ? -2 : body.indexOf(delimiter);
  while (at !== -1 && ends.length <= MAX_PARTS + 1) {
    ends.push(at + delimiter.length);
    at = body.indexOf(delimiter, at + delimiter.length);
  }
  return ends;
}

/** The number of parts: delimiters before the closing one. NaN, which equals no number, where a delimiter is followed by more than its line's end. */
function countParts(body: Buffer, delimiters: readonly number[]): number {
  let parts = 0;
  for (const end of delimiters) {
    const behind = body.toString('latin1', end, end + 2);
    if (behind === '--') break;
    if (behind !== '\r\n') return Number.NaN;
    parts += 1;
  }
  return parts;
}

/**
 * Whether the names of the part behind a delimiter and of its file, if it has any, are written as they should be: the parser takes `n ame=image`,
 * `name="image` and `filenam"e=a.jpg`, too.
 */
function areNamesPlain(body: Buffer, end: number): boolean {
  const [head = ''] = body.toString('latin1', end, end + MAX_HEAD_BYTES).split('\r\n\r\n', 1);
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  const bare = disposition.replace(/[\s"]/g, '');
  const isNamePlain = /;[ \t]*name=(?:"(?:[^"\\]|\\.)*"|[^\s;"]+)\s*(?:;|$)/i.test(disposition);
  const isFilePlain = /;[ \t]*filename\*?=/i.test(disposition);
  return (isNamePlain || !/;name=/i.test(bare)) && (isFilePlain || !/;filename\*?=/i.test(bare));
}

function openParser(boundary: string, maxFiles: number, bodyBytes: number): BusboyInstance {
  return new Busboy({
    // Not the client's own header, in which the parser might find another boundary than the one that the parts were counted by.
    headers: { 'content-type': contentTypeOf(boundary) },
    // Room for the whole body, which is in memory already: with less, busboy 3.2.6 never ends when a part that it skips
    // (one without Content-Disposition) is longer than the room.
    highWaterMark: bodyBytes + 1,
    fileHwm: bodyBytes + 1,
    limits: {
      files: maxFiles,
      fields: MAX_FIELDS,
      fieldSize: MAX_FIELD_BYTES,
      headerPairs: 32,
      headerSize: MAX_HEAD_BYTES,
    },
    isPartAFile: (name, type, fileName) => name === 'image' || fileName !== undefined || type !== 'text/plain',
  });
}
