import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readLabels } from '../../detector/contract.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { ownName } from '../own-name.ts';
import { quoteArgument } from '../quote-argument.ts';
import { SIGNAL_CODES, type StopSignal } from '../signal-codes.ts';
import { castTensors } from './cast-tensors.ts';
import { describeFindings } from './describe-findings.ts';
import { describeForm } from './describe-form.ts';
import { onePositional, readWishes, WISH_FLAGS, WISH_USAGE } from './flags.ts';
import { inChild } from './in-child.ts';
import type { Added } from './jobs.ts';
import { describeSelfCheck } from './make-self-check.ts';
import { newModelsDir } from './models-dir.ts';
import { newFolder } from './new-folder.ts';
import { parseOverride } from './override.ts';
import { requirePictures, samplePictures } from './pictures.ts';

const SHORT_USAGE = 'Usage: gfl-serve model add FILE.onnx --family NAME; --help says more.';

/** The detector takes a third of a second to load: only for this, and in the child. */
async function usage(): Promise<string> {
  const { FAMILIES, FAMILY_NAMES, PREPROCESSING_NAMES } = await import('../../detector/authoring.ts');
  return `Usage: gfl-serve model add FILE.onnx --family NAME [--name N] [--labels FILE] [--models-dir DIR] [--image FILE ...] [--force]

Writes DIR/N: the manifest, the graph (one file, changed where it takes or gives what no manifest can say), its sha256, the labels,
and a self-check made from a picture. What the graph tells is read from it and tried out; the rest is the family's published
protocol. Nothing is left behind when it fails.

Families:
${FAMILY_NAMES.map(name => `  ${name.padEnd(14)} ${FAMILIES[name].about}`).join('\n')}

  --name N         folder and name of the model; default: the file's
  --labels FILE    class names, one a line, in the order of the scores; default: the graph's own, or COCO's where there are 80
  --models-dir D   default: MODELS_DIR, or models
  --image FILE     picture for the self-check, with what the model detects; may be repeated; default: the samples
  --force          replace a model of that name
${WISH_USAGE}
  --preprocessing P  colour, normalisation and resize as of another model, where the graph is not of the family's own:
                   ${PREPROCESSING_NAMES.slice(0, 8).join(', ')},
                   ${PREPROCESSING_NAMES.slice(8).join(', ')}
  --offset N       head.priorOffset: 0, 0.5 or (stride-1)/2
  --colour C       input.colour: rgb or bgr
  --set FIELD=V    any field of the manifest, V as JSON or a word; null takes it away; may be repeated
  --license, --source TEXT   where the model comes from and under which licence
  --unproven       add it although a proof fails

  gfl-serve model add nanodet-plus-m_416.onnx --family nanodet-plus --name nanodet-plus-m
  gfl-serve model add rtmdet.onnx --family decoded --labels person.txt --size 320 --image people.jpg
  gfl-serve model add gfl-by-mmdeploy.onnx --family decoded --preprocessing gfl
  gfl-serve model add old.onnx --family nanodet --offset '(stride-1)/2' --set nms.iouThreshold=0.5`;
}

export const add: Command = async args => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...WISH_FLAGS,
      family: { type: 'string' },
      name: { type: 'string' },
      labels: { type: 'string' },
      'models-dir': { type: 'string' },
      image: { type: 'string', multiple: true, default: [] },
      force: { type: 'boolean', default: false },
      preprocessing: { type: 'string' },
      offset: { type: 'string' },
      colour: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      license: { type: 'string', default: 'unknown' },
      source: { type: 'string' },
      unproven: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(await usage());
  const file = onePositional(positionals, SHORT_USAGE);
  const { family } = values;
  if (family === undefined) {
    throw new CliError(`--family is missing; "${ownName()} model inspect ${quoteArgument(file)}" says which fit.`);
  }
  const name = values.name ?? path.basename(file).replace(/\.onnx$/i, '');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw new CliError(
      `"${name}" is no name for a model (letters, digits, dot, dash, underscore): give another with --name.`,
    );
  }
  const labels = values.labels === undefined ? undefined : await labelsOf(values.labels);
  const samples = await samplePictures();
  const own = values.image.length > 0;
  requirePictures(own ? values.image : samples);
  const overrides = values.set.map(parseOverride);
  if (values.offset !== undefined) overrides.push(['head.priorOffset', parseOverride(`o=${values.offset}`)[1]]);
  if (values.colour !== undefined) overrides.push(['input.colour', values.colour]);
  const wishes = { ...readWishes(values), ...(labels === undefined ? {} : { classes: labels.length }) };

  const folder = path.join(newModelsDir(values['models-dir']), name);
  const stop = new AbortController();
  const interrupted = (signal: NodeJS.Signals) => stop.abort(signal);
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const added = await newFolder(folder, values.force, async temporary => {
    const job = {
      type: 'add',
      file,
      family,
      wishes,
      preprocessing: values.preprocessing,
      about: { name, license: values.license, source: values.source },
      labels,
      overrides,
      folder: temporary,
      checkPictures: own ? values.image : samples,
      otherPictures: own ? samples : [],
      unproven: values.unproven,
    } as const satisfies Parameters<typeof inChild>[0];
    const onPhase = (doing: string) => process.stderr.write(`${file}: ${doing}\n`);
    return inChild({ ...job, overrides: [...overrides] }, { file, onPhase, signal: stop.signal }).catch(error => {
      if (stop.signal.aborted) {
        const exitCode = SIGNAL_CODES[stop.signal.reason as StopSignal];
        throw new CliError(`${file} was not added: interrupted.`, { exitCode });
      }
      if (!(error instanceof CliError)) throw error;
      throw new CliError(error.message.replaceAll(temporary, folder), { cause: error });
    });
  }).finally(() => process.off('SIGINT', interrupted).off('SIGTERM', interrupted));
  const fromDir = values['models-dir'] === undefined ? '' : `MODELS_DIR=${quoteArgument(values['models-dir'])} `;
  console.log(describeAdded(added, folder, family, `${fromDir}MODEL=${name} ${ownName()} serve`));
};

async function labelsOf(file: string): Promise<string[]> {
  const bytes = await readFile(file).catch(cause => {
    throw new CliError(`--labels ${file} cannot be read: ${cause.message}.`, { cause });
  });
  const labels = readLabels(bytes);
  if ('mistake' in labels) throw new CliError(`--labels ${file} ${labels.mistake}.`);
  return labels;
}

function describeAdded(added: Added, folder: string, family: string, serve: string): string {
  const { size, classes, batch, evidence, assumed, changes, findings, selfCheck, warnings } = added;
  const form = changes.form && describeForm(changes.form);
  const done = [
    changes.unlisted > 0 ? `${changes.unlisted} weights no longer listed as inputs` : undefined,
    changes.inlined > 0 ? `${changes.inlined} weights brought in from other files` : undefined,
    changes.cast.length > 0 ? `float32 instead of ${castTensors(changes.cast)}` : undefined,
    changes.channelsLast && `channels first instead of last at ${changes.channelsLast}`,
    changes.fixedInputs.length > 0
      ? `${changes.fixedInputs.join(' and ')} no input any more: boxes are in pixels of the network input`
      : undefined,
    form && `${form.model} instead of ${form.file}`,
  ].filter(text => text !== undefined);
  return [
    `Added ${folder}: ${family}, ${classes} ${classes === 1 ? 'class' : 'classes'}, ${size.width}x${size.height}, ${batch ? 'any batch' : 'one picture at a time'}`,
    `  from the graph     ${evidence.join('; ')}`,
    `  from the protocol  ${assumed.join('; ')}`,
    ...(done.length > 0 ? [`  changed in it      ${done.join('; ')}`] : []),
    ...describeFindings(findings),
    describeSelfCheck(selfCheck),
    ...warnings.map(text => `  WARNING  ${text}`),
    '',
    `Serve it: ${serve}`,
  ].join('\n');
}
