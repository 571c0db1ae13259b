import type { DialectRequest } from './dialect-flaws.ts';
import { type FormReading, readForm } from './read-form.ts';
import { readJson } from './read-json.ts';

export interface GivenOption {
  name: string;
  value: unknown;
}

/** What a second, stricter reader makes of the bytes of a request, from RFC 9112, 7578 and the contract alone. */
export type RequestReading =
  /** Pictures and options; a success is right when the pictures are whole and the options are ours. */
  | { kind: 'pictures'; batch: boolean; pictures: Buffer[]; options: GivenOption[] }
  /** More bytes were announced than came: never a success. */
  | { kind: 'incomplete'; why: string }
  /** Not HTTP, or nobody knows where it ends: refused, or closed without a word. */
  | { kind: 'no http'; why: string }
  /** Whole HTTP with a content that may not succeed: it must be told so. */
  | { kind: 'refusable'; why: string }
  /** Another path. */
  | ({ kind: 'elsewhere' } & DialectRequest);

const noHttp = (why: string): RequestReading => ({ kind: 'no http', why });
const refusable = (why: string): RequestReading => ({ kind: 'refusable', why });
const incomplete = (why: string): RequestReading => ({ kind: 'incomplete', why });

export function readRequest(raw: Buffer): RequestReading {
  const end = raw.indexOf('\r\n\r\n');
  if (end < 0) return incomplete('the head has no end');
  const [line = '', ...fields] = raw
    .toString('latin1', 0, end)
    .replace(/^(\r\n)+/, '')
    .split('\r\n');
  const [, method, target = ''] = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(line) ?? [];
  if (method === undefined) return noHttp('the first line is none');
  const headers = new Map<string, string>();
  for (const field of fields) {
    const [, name = '', value = ''] =
      /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/.exec(field) ?? [];
    if (name === '') return noHttp(`a header line is none: ${JSON.stringify(field.slice(0, 40))}`);
    const key = name.toLowerCase();
    if (headers.has(key) && ['content-length', 'transfer-encoding', 'host'].includes(key))
      return noHttp(`${key} comes twice`);
    if (!headers.has(key)) headers.set(key, value);
  }
  const body = readBody(raw.subarray(end + 4), headers);
  if (!Buffer.isBuffer(body)) return body;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  if (method !== 'POST' || !['/detect', '/detect/batch'].includes(path))
    return { kind: 'elsewhere', target, headers, body };
  const batch = path === '/detect/batch';
  const query =
    mark < 0 ? [] : [...new URLSearchParams(target.slice(mark + 1))].map(([name, value]) => ({ name, value }));
  const type = headers.get('content-type') ?? '';
  const media = type.split(';', 1)[0]!.trim().toLowerCase();
  if (media === 'multipart/form-data') return fromForm(readForm(body, type), batch, query);
  if (batch) return refusable('a batch is a form');
  if (media !== 'application/json' && !media.endsWith('+json')) {
    return body.length === 0 ? refusable('no body') : { kind: 'pictures', batch, pictures: [body], options: query };
  }
  const json = readJson(body);
  if (json === undefined) return refusable('the JSON has no picture');
  return { kind: 'pictures', batch, pictures: [json.picture], options: [...query, ...json.options] };
}

function readBody(rest: Buffer, headers: ReadonlyMap<string, string>): Buffer | RequestReading {
  const encoding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (encoding !== undefined && length !== undefined) return noHttp('two lengths of one body');
  if (encoding !== undefined)
    return encoding.toLowerCase() === 'chunked' ? readChunks(rest) : noHttp('an unknown encoding');
  if (length === undefined) return Buffer.alloc(0);
  if (!/^\d{1,15}$/.test(length)) return noHttp('a length that is none');
  if (rest.length < Number(length)) return incomplete(`${rest.length} bytes of ${length}`);
  return rest.subarray(0, Number(length));
}

function readChunks(rest: Buffer): Buffer | RequestReading {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = rest.indexOf('\r\n', at);
    if (end < 0) return incomplete('no last chunk');
    const [, digits] = /^([0-9a-f]{1,8})[ \t]*(;[^\r\n]*)?$/i.exec(rest.toString('latin1', at, end)) ?? [];
    if (digits === undefined) return noHttp('a chunk without a size');
    const size = Number.parseInt(digits, 16);
    at = end + 2;
    if (size === 0) return rest.indexOf('\r\n', at) < 0 ? incomplete('no end of the chunks') : Buffer.concat(chunks);
    if (at + size + 2 > rest.length) return incomplete('a chunk is cut');
    if (rest.toString('latin1', at + size, at + size + 2) !== '\r\n') return noHttp('a chunk longer than its size');
    chunks.push(rest.subarray(at, at + size));
    at += size + 2;
  }
}

function fromForm(form: FormReading, batch: boolean, query: readonly GivenOption[]): RequestReading {
  if ('flaw' in form) return refusable(form.flaw);
  if (form.files.length === 0) return refusable('the form has no picture');
  if (!batch && form.files.length > 1) return refusable('the form has two pictures');
  if (batch && form.files.some(({ name }) => name !== 'image'))
    return refusable('a picture of the batch has another name');
  const pictures = form.files.map(({ bytes }) => bytes);
  return { kind: 'pictures', batch, pictures, options: [...query, ...form.fields] };
}
