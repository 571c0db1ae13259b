/** One entry of an `Accept` header. */
interface MediaRange {
  type: string;
  subtype: string;
  quality: number;
  /** How exactly it names a type: 0 `*` of everything, 1 `image/*`, 2 `image/png`. */
  exactness: number;
}

/** Far more than any client sends; what follows is not looked at. */
const MAX_RANGES = 64;

/**
 * Which of `offers` the `Accept` header wants most (RFC 9110, 12.5.1); undefined when it wants none of them. Among equals the
 * one that is named most exactly, then the one named first, then the first offer. No header, and one in which
 * nothing can be read, accept everything.
 */
export function negotiate<Offer extends string>(
  accept: string | undefined,
  offers: readonly [Offer, ...Offer[]],
): Offer | undefined {
  if (accept === undefined || accept === '*/*') return offers[0]; // what most clients send
  const ranges = accept
    .split(',', MAX_RANGES)
    .map(readRange)
    .filter(range => range !== undefined);
  if (ranges.length === 0) return offers[0];
  let best: { offer: Offer; range: MediaRange; place: number } | undefined;
  for (const offer of offers) {
    const [type, subtype] = offer.split('/');
    const fitting = ranges
      .map((range, place) => ({ offer, range, place }))
      .filter(({ range }) => (range.type === '*' || range.type === type) && [subtype, '*'].includes(range.subtype));
    // The most exact range says how much this type is wanted, even where a wider one says more.
    const own = fitting.sort((a, b) => b.range.exactness - a.range.exactness || a.place - b.place)[0];
    if (own !== undefined && own.range.quality > 0 && (best === undefined || isBefore(own, best))) best = own;
  }
  return best?.offer;
}

type Ranked = { range: MediaRange; place: number };

function isBefore(a: Ranked, b: Ranked): boolean {
  if (a.range.quality !== b.range.quality) return a.range.quality > b.range.quality;
  if (a.range.exactness !== b.range.exactness) return a.range.exactness > b.range.exactness;
  return a.place < b.place;
}

function readRange(text: string): MediaRange | undefined {
  const [name = '', ...parameters] = text.split(';').map(part => part.trim().toLowerCase());
  const match = /^([\w!#$&^.+-]+|\*)\/([\w!#$&^.+-]+|\*)$/.exec(name);
  if (match === null || (match[1] === '*' && match[2] !== '*')) return undefined;
  const [, type, subtype] = match as unknown as [string, string, string];
  const quality = parameters.map(parameter => /^q\s*=\s*(\d+(?:\.\d*)?|\.\d+)$/.exec(parameter)?.[1]).find(Boolean);
  return {
    type,
    subtype,
    quality: Math.min(1, Number(quality ?? 1)),
    exactness: Number(type !== '*') + Number(subtype !== '*'),
  };
}
