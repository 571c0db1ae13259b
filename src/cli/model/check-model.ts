import { availableParallelism } from 'node:os';
import { proveModel } from '../../detector/authoring.ts';
import type { Job, JobResults } from './jobs.ts';
import { choosePicture } from './make-self-check.ts';
import { readPictures } from './read-pictures.ts';
import { replaceSelfCheck } from './replace-self-check.ts';

/** Proves a model; where everything holds and it is asked for, replaces its self-check. */
export async function checkModel(job: Job & { type: 'check' }): Promise<JobResults['check']> {
  const { manifestPath, makeSelfCheckFrom } = job;
  const pictures = await readPictures(job.pictures);
  const proof = await proveModel(manifestPath, { pictures, threads: availableParallelism() });
  const wanted = makeSelfCheckFrom > 0;
  // An old self-check that fails is what a new one is made for.
  const holds = proof.findings.every(({ proof, verdict }) => verdict !== 'fails' || (wanted && proof === 'self-check'));
  if (!wanted || !holds) return { findings: proof.findings, selfCheck: undefined };

  const chosen = choosePicture(proof.pictures.slice(0, makeSelfCheckFrom), pictures);
  if (chosen === undefined) return { findings: proof.findings, selfCheck: undefined };
  await replaceSelfCheck(manifestPath, chosen);
  return { findings: proof.findings.filter(({ proof }) => proof !== 'self-check'), selfCheck: chosen.made };
}
