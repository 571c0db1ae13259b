const float = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeFloatBE(value, 4 * index);
  return bytes;
};
const int16 = (...values: number[]) => Buffer.from(new Uint16Array(values).buffer).swap16();
const int32 = (...values: number[]) => Buffer.from(new Uint32Array(values).buffer).swap32();
const text = (value: string) => Buffer.from(value, 'latin1');

/** Takes each of `inputs` channels to itself, as far as there are `outputs` (ICC.1, matrixElement). */
function matrix(inputs: number, outputs: number): Buffer {
  const factors = Array.from({ length: inputs * outputs }, (_, at) => Number(Math.floor(at / inputs) === at % inputs));
  return Buffer.concat([text('matf'), int32(0), int16(inputs, outputs), float(...factors, ...Array(outputs).fill(0))]);
}

/** An ICC profile of so many steps, each a matrix that changes nothing; all but the first are the same bytes. */
export function steppedProfile(channels: 3 | 4, steps: number): Buffer {
  const [first, next] = [matrix(channels, 3), matrix(3, 3)];
  const firstAt = 16 + 8 * steps;
  const places = Array.from({ length: steps }, (_, index) =>
    index === 0 ? [firstAt, first.length] : [firstAt + first.length, next.length],
  );
  const list = Buffer.concat([text('mpet'), int32(0), int16(channels, 3), int32(steps, ...places.flat()), first, next]);
  const names = ['A2B0', 'D2B0'];
  const listAt = 128 + 4 + 12 * names.length;
  const head = Buffer.alloc(128);
  head.writeUInt32BE(listAt + list.length, 0);
  head.writeUInt32BE(0x04300000, 8); // version 4.3
  head.write(channels === 3 ? 'mntrRGB XYZ ' : 'prtrCMYKXYZ ', 12);
  int16(2020, 1, 1).copy(head, 24); // a date
  head.write('acsp', 36);
  int32(0xf6d6, 0x10000, 0xd32d).copy(head, 68); // the white of the connection space
  const tags = names.map(name => Buffer.concat([text(name), int32(listAt, list.length)]));
  return Buffer.concat([head, int32(names.length), ...tags, list]);
}

/** A JPEG with a colour profile, in as many segments as it takes. */
export function withProfile(jpeg: Buffer, profile: Buffer): Buffer {
  const room = 65_535 - 2 - 14;
  const count = Math.ceil(profile.length / room);
  const segments = Array.from({ length: count }, (_, index) => {
    const part = profile.subarray(index * room, (index + 1) * room);
    return Buffer.concat([
      Buffer.of(0xff, 0xe2),
      int16(part.length + 16),
      text('ICC_PROFILE\0'),
      Buffer.of(index + 1, count),
      part,
    ]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}
