import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { choiceOption } from '../option-values.ts';
import { describeFindings } from './describe-findings.ts';
import { onePositional } from './flags.ts';
import { inChild } from './in-child.ts';
import { describeSelfCheck, NOTHING_SEEN } from './make-self-check.ts';
import { modelsDir, newModelsDir } from './models-dir.ts';
import { requirePictures, samplePictures } from './pictures.ts';

const USAGE = `Usage: gfl-serve model check NAME [--models-dir DIR] [--image FILE ...] [--make-self-check] [--format text|json]

Loads a model and tries it on the sample pictures and those given: the graph fits the manifest, scores are probabilities, boxes
lie in the picture, a mirrored picture gives mirrored boxes (a wrong head.priorOffset does not), a batch gives the answers of
single pictures, the self-check holds. Exit code 1 when one of them does not, and when no self-check was made that was asked for.

  --models-dir D     default: MODELS_DIR, models, or the package's
  --image FILE       a picture more; may be repeated
  --make-self-check  where everything else holds, make a self-check of the pictures given, or of the samples, and write it into
                     the model's folder in place of its own
  --format json      one JSON object on standard output; its selfCheck is what was made, or null

  gfl-serve model check nanodet-g
  gfl-serve model check my-model --models-dir /srv/models --image street.jpg --image harbour.jpg`;

export const check: Command = async args => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'models-dir': { type: 'string' },
      image: { type: 'string', multiple: true, default: [] },
      'make-self-check': { type: 'boolean', default: false },
      format: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(USAGE);
  const format = choiceOption('format', values.format, ['text', 'json']);
  const name = onePositional(positionals, USAGE);
  const wanted = values['make-self-check'];
  const folder = path.join((wanted ? newModelsDir : modelsDir)(values['models-dir']), name);
  const found = await stat(path.join(folder, 'model.json')).catch(() => undefined);
  if (found === undefined) {
    throw new CliError(
      `There is no model ${name}: ${path.join(folder, 'model.json')} is missing; --models-dir says where models are.`,
    );
  }
  const samples = await samplePictures();
  const pictures = [...values.image, ...samples];
  requirePictures(pictures);
  const candidates = values.image.length || samples.length;
  const makeSelfCheckFrom = wanted ? candidates : 0;
  const job = { type: 'check', manifestPath: path.join(folder, 'model.json'), pictures, makeSelfCheckFrom } as const;
  const { findings, selfCheck } = await inChild(job, { file: folder });
  const failed = findings.filter(({ verdict }) => verdict === 'fails').length;
  if (format === 'json') {
    const made = wanted ? { selfCheck: selfCheck ?? null } : {};
    console.log(JSON.stringify({ model: name, holds: failed === 0, findings, ...made }, null, 2));
  } else {
    const made = wanted && failed === 0 ? [describeSelfCheck(selfCheck)] : [];
    console.log([name, ...describeFindings(findings), ...made].join('\n'));
  }
  if (failed > 0)
    throw new CliError(
      `${name} does not hold: ${failed} of ${findings.length} proofs ${failed === 1 ? 'fails' : 'fail'}.`,
    );
  if (wanted && selfCheck === undefined) {
    throw new CliError(`No self-check was made: ${NOTHING_SEEN}; give other pictures.`);
  }
};
