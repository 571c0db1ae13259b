/**
 * An AVIF of one picture in one extent, as sharp writes it, with its frame so many times: its decoder decodes all of them. Lengths are of four bytes.
 *
 * @param before what stands before the frames: OBUs
 */
export function repeatFrame(avif: Buffer, times: number, before: Buffer = Buffer.alloc(0)): Buffer {
  const start = avif.indexOf('mdat') + 4;
  const data = avif.subarray(start);
  // What is not the frame is small: a temporal delimiter of 2 bytes and the sequence header, whose length is in its second byte.
  const frameAt = 2 + 2 + data[3]!;
  const frames = Array.from({ length: times }, () => data.subarray(frameAt));
  const changed = Buffer.concat([avif.subarray(0, start), data.subarray(0, frameAt), before, ...frames]);
  const length = changed.length - start;
  changed.writeUInt32BE(length + 8, start - 8);
  const old = Buffer.alloc(4);
  old.writeUInt32BE(data.length);
  changed.writeUInt32BE(length, avif.indexOf(old, avif.indexOf('iloc')));
  return changed;
}
