import { type OptionalFormat, sniffFormat } from '../detector/contract.ts';
import { ServiceError } from '../errors.ts';

/** Refuses by the first bytes what no engine would take, before it waits in the queue. The decoder has the last word. */
export function checkFormat(bytes: Uint8Array, formats: readonly OptionalFormat[]): void {
  const accepted: readonly string[] = ['jpeg', 'png', 'webp', ...formats];
  const format = sniffFormat(bytes);
  if (format !== undefined && accepted.includes(format)) return;
  const found = format === undefined ? 'The bytes are of no picture format' : `The picture is ${format.toUpperCase()}`;
  const names = accepted.map(name => (name === 'webp' ? 'WebP' : name.toUpperCase())).join(', ');
  throw new ServiceError('unsupported_media_type', `${found}; accepted are ${names}.`);
}
