import type { GivenOption } from './read-request.ts';

/** The picture and the options of a JSON body, or undefined when it has none. Base64 by its grammar (RFC 4648, 4). */
export function readJson(body: Buffer): { picture: Buffer; options: GivenOption[] } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { image, ...options } = value as Record<string, unknown>;
  if (typeof image !== 'string') return undefined;
  const text = image.startsWith('data:') ? image.slice(image.indexOf(',') + 1) : image;
  const [, digits = '', padding = ''] = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(text) ?? [];
  if (digits === '' || digits.length % 4 === 1) return undefined;
  if (padding !== '' && (digits.length + padding.length) % 4 !== 0) return undefined;
  return {
    picture: Buffer.from(digits, 'base64'),
    options: Object.entries(options).map(([name, option]) => ({ name, value: option })),
  };
}
