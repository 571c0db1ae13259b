import sharp from 'sharp';

export type Colour = 'red' | 'green' | 'blue';

/** A PNG of `size` x `size` black pixels with 8x8 squares, each filling the cell of stride 8 in that column and row. */
export async function squares(
  cells: readonly [colour: Colour, column: number, row: number][],
  size = 64,
): Promise<Buffer> {
  const pixels = Buffer.alloc(size * size * 3);
  for (const [colour, column, row] of cells) {
    const channel = ['red', 'green', 'blue'].indexOf(colour);
    for (let y = row * 8; y < row * 8 + 8; y++) {
      for (let x = column * 8; x < column * 8 + 8; x++) pixels[(y * size + x) * 3 + channel] = 255;
    }
  }
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
}
