import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import {
  draftManifest,
  FAMILIES,
  FAMILY_NAMES,
  type FamilyFit,
  type FamilyName,
  type Finding,
  type GraphInspection,
  inspectGraph,
  PREPROCESSING_NAMES,
  proveModel,
  ultralyticsMetadata,
} from '../../detector/authoring.ts';
import { createDetector, type Manifest } from '../../detector/index.ts';
import { CliError } from '../cli-error.ts';
import { chooseLabels } from './choose-labels.ts';
import { describeNormalisation } from './describe-normalisation.ts';
import type { Added, Job } from './jobs.ts';
import { choosePicture } from './make-self-check.ts';
import { manifestJson } from './manifest-json.ts';
import { override } from './override.ts';
import { readPictures } from './read-pictures.ts';

type AddJob = Job & { type: 'add' };

/** Fills `job.folder` with a model: reads the graph, drafts the manifest, proves both on pictures, makes the self-check. */
export async function addModel(job: AddJob, onProving: () => void): Promise<Added> {
  const { file, wishes, about, folder } = job;
  const family = FAMILY_NAMES.find(name => name === job.family);
  if (family === undefined) {
    throw new CliError(`--family "${job.family}" is not known: one of ${FAMILY_NAMES.join(', ')}.`);
  }
  const preprocessing = PREPROCESSING_NAMES.find(name => name === job.preprocessing);
  if (preprocessing === undefined && job.preprocessing !== undefined) {
    const names = PREPROCESSING_NAMES.join(', ');
    throw new CliError(`--preprocessing "${job.preprocessing}" is not known: one of ${names}.`);
  }
  const inspection = await inspectGraph(file, wishes);
  const fit = inspection.families[family];
  if (!('head' in fit)) throw new CliError(noFit(file, family, fit.reasons, inspection));
  const labels = chooseLabels(
    file,
    fit.classes,
    job.labels,
    ultralyticsMetadata(inspection.graph.description.metadata).names,
  );

  const graph = inspection.file.graph;
  const sha256 = createHash('sha256').update(graph).digest('hex');
  const source = about.source ?? `${path.basename(file)}, sha256 ${inspection.file.sha256}`;
  let manifest = draftManifest(family, inspection.graph, fit, {
    ...about,
    source,
    sha256,
    size: inspection.size,
    preprocessing,
  });
  for (const [field, value] of job.overrides) override(manifest, field, value);
  const manifestPath = path.join(folder, 'model.json');
  const write = () => writeFile(manifestPath, manifestJson(manifest));
  await writeFile(path.join(folder, 'model.onnx'), graph);
  await writeFile(path.join(folder, 'labels.txt'), labels.map(label => `${label}\n`).join(''));
  await write();

  onProving();
  const pictures = await readPictures([...job.checkPictures, ...job.otherPictures]);
  const threads = availableParallelism();
  const { findings, pictures: seen } = await proveModel(manifestPath, { pictures, threads });
  refuseUnproven(job, findings);
  const batch = findings.find(({ proof }) => proof === 'batch');
  const batched = batch?.verdict === 'holds' && manifest.input.dynamic?.batch === true;
  if (!batched) manifest = withoutBatch(manifest);

  const check = choosePicture(seen.slice(0, job.checkPictures.length), pictures);
  if (check !== undefined) {
    const image = `check.${check.extension}`;
    await writeFile(path.join(folder, image), check.bytes);
    manifest = { ...manifest, selfCheck: { image, detections: check.detections } };
  }
  await write();
  // Once more by the service's own way in, with the self-check.
  await (await createDetector(manifestPath, { provider: 'cpu' })).close();

  const { width, height } = manifest.input;
  const { normalisation } = inspection.graph;
  return {
    classes: labels.length,
    size: { width, height },
    evidence: [
      ...fit.evidence,
      ...(normalisation === undefined ? [] : [describeNormalisation(normalisation)]),
      ...(inspection.size?.from === 'metadata' ? [`imgsz ${width}x${height}`] : []),
    ],
    changes: inspection.file.changes,
    assumed: [
      ...(inspection.size === undefined ? [`${width}x${height}, which the graph does not say (--size)`] : []),
      ...assumptions(manifest),
    ],
    warnings: preprocessing === undefined ? preprocessingWarnings(family, fit, inspection) : [],
    findings: findings.filter(({ proof }) => proof !== 'self-check').map(mended),
    selfCheck: check?.made,
    batch: batched,
  };
}

function noFit(file: string, family: string, reasons: readonly string[], { families }: GraphInspection): string {
  const others = FAMILY_NAMES.filter(name => 'head' in families[name]);
  const hint = others.length > 0 ? ` It fits ${others.map(name => `--family ${name}`).join(' and ')}.` : '';
  return `${file} has no ${family} head: ${reasons.join('; ')}.${hint}`;
}

/** A batch that does not hold is mended; everything else means that the manifest is wrong. */
function refuseUnproven({ unproven }: AddJob, findings: readonly Finding[]): void {
  const failed = findings.filter(
    ({ proof, verdict }) => verdict === 'fails' && !['batch', 'self-check'].includes(proof),
  );
  const fatal = failed.filter(({ proof }) => proof === 'graph' || !unproven);
  if (fatal.length === 0) return;
  const hint = fatal.some(({ proof }) => proof === 'graph')
    ? ''
    : ' Fields are set with --set; --unproven adds it all the same.';
  throw new CliError(`The model was not added: ${fatal.map(({ text }) => text.replace(/\.$/, '')).join('; ')}.${hint}`);
}

/** A batch that did not hold was switched off. */
function mended(finding: Finding): Finding {
  if (finding.proof !== 'batch' || finding.verdict === 'holds') return finding;
  return { ...finding, verdict: 'holds', text: `fixed to 1: ${finding.text.replace(/: set input.*/, '')}` };
}

/** Proofs that a picture is seen in wrong colours, or distorted, there are none. */
function preprocessingWarnings(family: FamilyName, { head }: FamilyFit, { graph }: GraphInspection): string[] {
  const assumed = FAMILIES[family].assumes?.(head, graph.form);
  if (assumed === undefined) return [];
  const others = PREPROCESSING_NAMES.filter(name => name !== assumed).join(', ');
  return [
    `PREPROCESSING ASSUMED: that of ${assumed}. Graphs of other models look the same, and no proof sees colour, normalisation or resize: say whose it is with --preprocessing ${assumed}, or ${others}`,
  ];
}

/** What no graph tells, for the user to compare with how the model was trained. */
function assumptions({ input, head, candidates, nms }: Manifest): string[] {
  const { resize, colour, scale, mean, std } = input;
  return [
    `${[resize.fit, sidesOf(resize)].join(' ').trim()}, ${resize.interpolation}, padded with ${resize.pad}`,
    `${colour}, ${scale === 1 ? '' : `scale ${scale}, `}mean ${mean.join(' ')}, std ${std.join(' ')}`,
    ...('priorOffset' in head ? [`prior offset ${head.priorOffset}`] : []),
    `scores from ${candidates.scoreThreshold}`,
    ...('iouThreshold' in nms ? [`NMS ${nms.iouThreshold}`] : []),
  ];
}

function sidesOf({ shortSide, longSide }: Manifest['input']['resize']): string {
  return [shortSide, longSide].filter(side => side !== undefined).join('/');
}

function withoutBatch(manifest: Manifest): Manifest {
  const { dynamic, ...input } = manifest.input;
  if (dynamic?.spatial !== true) return { ...manifest, input } as Manifest;
  return { ...manifest, input: { ...manifest.input, dynamic: { ...dynamic, batch: false } } } as Manifest;
}
