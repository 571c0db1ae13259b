import { acceptedFormats, foreignFormat, listFormats, type OptionalFormat, sniffFormat } from '../detector/contract.ts';
import { ServiceError } from '../errors.ts';

/** Refuses by the first bytes what no engine would take, before it waits in the queue. The decoder has the last word. */
export function checkFormat(bytes: Uint8Array, formats: readonly OptionalFormat[]): void {
  const accepted = acceptedFormats(formats);
  const format = sniffFormat(bytes);
  if (format !== undefined && accepted.includes(format)) return;
  for (const { pattern, sentence } of STAND_INS) if (pattern.test(beginning(bytes))) throw unsupported(sentence);
  const foreign = foreignFormat(bytes);
  const found =
    format !== undefined
      ? `The picture is ${format.toUpperCase()}`
      : foreign !== undefined
        ? `The file is ${foreign}`
        : 'The bytes are of no picture format';
  throw unsupported(`${found}; accepted are ${listFormats(accepted)}.`);
}

const LONGEST_NAME = 4096;

/** What is sent in place of a picture. */
const STAND_INS: readonly { pattern: RegExp; sentence: string }[] = [
  {
    pattern: /^https?:\/\//i,
    sentence: 'The bytes are the address of a picture; nothing is fetched from there, send the picture itself.',
  },
  {
    // JPEG, PNG and WebP begin so.
    pattern: /^(?:data:image\/|\/9j\/|iVBORw0KGgo|UklGR)/,
    sentence: 'The bytes are base64 text; send the picture itself, or the text as "image" of a JSON body.',
  },
  {
    // What `curl -F image=cat.jpg` sends, and `fetch` with a path as its body.
    pattern: /^[^\0\r\n]+\.(?:jpe?g|png|webp|avif|gif|tiff?)$/i,
    sentence:
      'The bytes are the name of a file, not the file itself; curl sends it with -F image=@FILE or --data-binary @FILE.',
  },
];

/** A byte more than names have, so that no longer text ends as one. */
function beginning(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LONGEST_NAME + 1)).toString('latin1');
  return text.length > LONGEST_NAME ? `${text}\n` : text;
}

function unsupported(message: string): ServiceError {
  return new ServiceError('unsupported_media_type', message);
}
