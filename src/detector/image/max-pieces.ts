/**
 * Segments of a JPEG; chunks of a PNG or a WebP beside those of pixels. Decoders keep a note of each, or say a warning, for as little as 4 bytes of
 * the file: of 5 million libjpeg, and libvips behind it, kept 1.4 GB. Photos have some dozens; 20 MB of XMP have 306, a colour profile at
 * most 255, an animation one or two a frame.
 */
export const MAX_PIECES = 10_000;
