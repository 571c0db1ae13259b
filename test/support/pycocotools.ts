import { spawnSync } from 'node:child_process';

/** As test/evaluation/pycocotools_summary.py prints it. */
export interface PycocotoolsSummary {
  ap: number | null;
  ap50: number | null;
  ap75: number | null;
  apSmall: number | null;
  apMedium: number | null;
  apLarge: number | null;
  ar1: number | null;
  ar10: number | null;
  ar100: number | null;
  arSmall: number | null;
  arMedium: number | null;
  arLarge: number | null;
  /** By id. */
  classes: { id: number; ap: number; ap50: number; ap75: number }[];
}

/** PYTHON names another interpreter than python3. */
const PYTHON = process.env.PYTHON || 'python3';

/** A sentence why pycocotools cannot be asked here; `false` when it can. */
export function withoutPycocotools(): string | false {
  const { status } = spawnSync(PYTHON, ['-c', 'import numpy, pycocotools']);
  return status !== 0 && `${PYTHON} has no pycocotools; PYTHON may name an interpreter that has`;
}

export function askPycocotools(annotationsFile: string, resultsFile: string): PycocotoolsSummary {
  const script = 'test/evaluation/pycocotools_summary.py';
  const { status, stdout, stderr } = spawnSync(PYTHON, [script, annotationsFile, resultsFile], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
