import { rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { proveModel } from '../../detector/authoring.ts';
import { createDetector, loadManifest } from '../../detector/index.ts';
import type { Job, JobResults } from './jobs.ts';
import { makeSelfCheck } from './make-self-check.ts';
import { manifestJson } from './manifest-json.ts';
import { readPictures } from './read-pictures.ts';

/** Proves a model; where everything holds and it is asked for, replaces its self-check. */
export async function checkModel(job: Job & { type: 'check' }): Promise<JobResults['check']> {
  const { manifestPath, makeSelfCheckFrom } = job;
  const pictures = await readPictures(job.pictures);
  const proof = await proveModel(manifestPath, { pictures, threads: availableParallelism() });
  const wanted = makeSelfCheckFrom > 0;
  // An old self-check that fails is what a new one is made for.
  const holds = proof.findings.every(({ proof, verdict }) => verdict !== 'fails' || (wanted && proof === 'self-check'));
  if (!wanted || !holds) return { findings: proof.findings, selfCheck: undefined };

  const folder = path.dirname(manifestPath);
  const check = await makeSelfCheck(folder, proof.pictures.slice(0, makeSelfCheckFrom), pictures);
  if (check === undefined) return { findings: proof.findings, selfCheck: undefined };
  const { manifest } = await loadManifest(manifestPath);
  const temporary = path.join(folder, `.${process.pid}.model.json`);
  await writeFile(temporary, manifestJson({ ...manifest, selfCheck: check.selfCheck }));
  await rename(temporary, manifestPath);
  await (await createDetector(manifestPath, { provider: 'cpu' })).close();
  return { findings: proof.findings.filter(({ proof }) => proof !== 'self-check'), selfCheck: check.made };
}
