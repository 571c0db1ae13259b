import type { GivenOption } from './read-request.ts';

export type FormReading = { files: { name: string; bytes: Buffer }[]; fields: GivenOption[] } | { flaw: string };

/** RFC 2046, 5.1 and RFC 7578, by searching for the delimiters. */
export function readForm(body: Buffer, contentType: string): FormReading {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) return { flaw: 'no boundary' };
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const text = Buffer.concat([Buffer.from('\r\n'), body]);
  const form: { files: { name: string; bytes: Buffer }[]; fields: GivenOption[] } = { files: [], fields: [] };
  let at = text.indexOf(delimiter);
  if (at < 0) return { flaw: 'the form has no boundary' };
  for (;;) {
    const from = at + delimiter.length;
    if (text.toString('latin1', from, from + 2) === '--') return form;
    const lineEnd = text.indexOf('\r\n', from);
    if (lineEnd < 0 || !/^[ \t]*$/.test(text.toString('latin1', from, lineEnd)))
      return { flaw: 'a boundary with more behind it' };
    at = text.indexOf(delimiter, lineEnd);
    if (at < 0) return { flaw: 'the form has no closing boundary' };
    const flaw = addPart(text.subarray(lineEnd + 2, at), form);
    if (flaw !== undefined) return { flaw };
  }
}

const PARAMETERS = /;\s*([^;=]*)(?:=(?:"((?:[^"\\]|\\.)*)"?[^;]*|([^;]*)))?/g;

/** The first parameter of that name; what stands between quotation marks is none. */
function boundaryOf(contentType: string): string | undefined {
  for (const [, name = '', quoted, plain = ''] of contentType.matchAll(PARAMETERS)) {
    const value = quoted ?? plain.trim();
    if (name.toLowerCase() === 'boundary' && value !== '') return value.length <= 70 ? value : undefined;
  }
  return undefined;
}

function addPart(
  part: Buffer,
  form: { files: { name: string; bytes: Buffer }[]; fields: GivenOption[] },
): string | undefined {
  const noHead = part.subarray(0, 2).toString('latin1') === '\r\n';
  const headEnd = noHead ? 0 : part.indexOf('\r\n\r\n');
  if (headEnd < 0) return 'a part without an end of its head';
  const head = part.toString('utf8', 0, headEnd).replace(/\r\n[ \t]+/g, ' ');
  const bytes = part.subarray(headEnd + (noHead ? 2 : 4));
  const disposition = /^content-disposition:[ \t]*(.*)$/im.exec(head)?.[1];
  if (disposition === undefined || !/^form-data(;|$)/i.test(disposition.replace(/\s/g, '')))
    return 'a part that is no form data';
  const name = /;\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i.exec(disposition);
  const hasFileName = /;\s*filename\*?=/i.test(disposition);
  const type = /^content-type:[ \t]*([^\r\n;]*)/im.exec(head)?.[1]?.trim().toLowerCase() ?? '';
  // RFC 7578, 4.4: without a type that is one, a part is text.
  const isOther = /^[\w.+-]+\/[\w.+-]+$/.test(type) && type !== 'text/plain';
  const shown = name?.[1] ?? name?.[2] ?? '';
  if (shown === 'image' || hasFileName || isOther) form.files.push({ name: shown, bytes });
  else form.fields.push({ name: shown, value: bytes.toString('utf8') });
  return undefined;
}
