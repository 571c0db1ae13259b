import sharp from 'sharp';

/** What a dangerous engine does in the middle of its work on a picture that asks for it. */
export const DEEDS = ['SIGSEGV', 'SIGKILL', 'abort', 'loop', 'heap', 'wait', 'hold', 'short'] as const;
export type Deed = (typeof DEEDS)[number];
/** How long `wait` blocks the engine. */
export const WAIT_MS = 700;
/** How long `hold` keeps an inference from beginning, while the engine hears and decodes other pictures. */
export const HOLD_MS = 5000;

/** In the first pixel, besides the deed: no other picture of the tests has these. */
const MARK = { green: 77, blue: 99 };
const DEEDS_FROM = 10;

let made = 0;

/** A 64x64 PNG that is black but for a corner; no two are the same. With a deed, an engine comes to grief in its inference. */
export async function dangerousPicture(deed?: Deed): Promise<Buffer> {
  const pixels = Buffer.alloc(64 * 64 * 3);
  if (deed !== undefined) pixels.set([DEEDS_FROM + DEEDS.indexOf(deed), MARK.green, MARK.blue], 0);
  made += 1;
  pixels.writeUInt32LE(made, pixels.length - 4);
  return sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer();
}

/** The same, but it happens while the picture is decoded: PNG ends before these words. */
export async function dangerousToDecode(deed: Deed): Promise<Buffer> {
  return Buffer.concat([await dangerousPicture(), Buffer.from(`deed:${deed}`)]);
}

/** The first deed in a network input of the tiny model, (batch, 3, 64, 64) of 0..1. */
export function deedInTensor(data: Float32Array): Deed | undefined {
  const plane = 64 * 64;
  for (let at = 0; at < data.length; at += 3 * plane) {
    const [red, green, blue] = [0, plane, 2 * plane].map(index => Math.round(data[at + index]! * 255));
    if (green === MARK.green && blue === MARK.blue) return DEEDS[red! - DEEDS_FROM];
  }
  return undefined;
}

export function deedInBytes(bytes: Buffer): Deed | undefined {
  const [, deed] = /deed:(\w+)$/.exec(bytes.subarray(-20).toString('latin1')) ?? [];
  return DEEDS.find(one => one === deed);
}
