import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** The CPU as Linux describes it: its name and its instructions. */
export async function cpuKind(): Promise<string> {
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const flags = /^(?:flags|Features)\s*:.*$/m.exec(info)?.[0] ?? '';
  return `${cpus()[0]?.model ?? ''} ${flags}`;
}

/**
 * How many channels ONNX Runtime's convolutions take at a time on this kind of CPU (`MlasNchwcGetBlockSize`); undefined where that was
 * not measured to matter.
 */
export function channelBlock(kind: string): number | undefined {
  const words = new Set(kind.split(' '));
  if (words.has('avx512f')) return 16;
  return words.has('avx2') ? 8 : undefined;
}
