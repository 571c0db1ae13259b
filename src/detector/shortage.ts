/**
 * What libvips and the decoders in it, libturbojpeg, ONNX Runtime, C++, the system and Node.js say where they got no memory, or no thread, for its
 * stack takes memory. libheif calls its limits on what a picture may say of itself an error of memory, too.
 */
const SENTENCES = [
  /out of memory|insufficient memory|cannot allocate memory|failed to allocate|allocation fail(?:ed|ure)|bad_alloc/i,
  /Memory allocation error(?!: Security limit exceeded)/,
  /Error creating thread|Resource temporarily unavailable/,
];

/** Whether an error says that the machine had too little for the work: the fault of neither the picture nor the code. */
export function isShortage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === 'ENOMEM' || SENTENCES.some(sentence => sentence.test(error.message));
}
