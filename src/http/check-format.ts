import { acceptedFormats, listFormats, type OptionalFormat, sniffFormat } from '../detector/contract.ts';
import { ServiceError } from '../errors.ts';

/** Refuses by the first bytes what no engine would take, before it waits in the queue. The decoder has the last word. */
export function checkFormat(bytes: Uint8Array, formats: readonly OptionalFormat[]): void {
  const accepted = acceptedFormats(formats);
  const format = sniffFormat(bytes);
  if (format !== undefined && accepted.includes(format)) return;
  if (isFileName(bytes)) throw unsupported(NAME_FOR_FILE);
  const found = format === undefined ? 'The bytes are of no picture format' : `The picture is ${format.toUpperCase()}`;
  throw unsupported(`${found}; accepted are ${listFormats(accepted)}.`);
}

/** What `curl -F image=cat.jpg` sends, and `fetch` with a path as its body. */
const NAME_FOR_FILE =
  'The bytes are the name of a file, not the file itself; curl sends it with -F image=@FILE or --data-binary @FILE.';
const LONGEST_NAME = 4096;

function isFileName(bytes: Uint8Array): boolean {
  if (bytes.length > LONGEST_NAME) return false;
  return /^[^\0\r\n]+\.(?:jpe?g|png|webp|avif|gif|tiff?)$/i.test(Buffer.from(bytes).toString('latin1'));
}

function unsupported(message: string): ServiceError {
  return new ServiceError('unsupported_media_type', message);
}
