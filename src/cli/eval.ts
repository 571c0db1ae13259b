import { EvaluationError } from '../evaluation/evaluation-error.ts';
import { CliError } from './cli-error.ts';
import type { Command } from './command.ts';
import { measureModel } from './eval/measure-model.ts';
import { EVAL_USAGE, type EvalOptions, readEvalOptions } from './eval/options.ts';
import { evalSummary, type Measured } from './eval/summary.ts';
import { evalText } from './eval/text.ts';
import { writeAtomically } from './write-atomically.ts';

/** Of an evaluation in which pictures were refused. */
const SOME_REFUSED = 2;

/** `gfl-serve eval`: a model's accuracy on a COCO dataset, through the service's own engines. */
export const evaluate: Command = async args => {
  const options = await readEvalOptions(args);
  if (options === undefined) {
    console.log(EVAL_USAGE);
    return;
  }
  const measured = await measureModel(options, process.stderr).catch((error: unknown) => {
    throw error instanceof EvaluationError ? new CliError(error.message, { cause: error }) : error;
  });
  const summary = evalSummary(measured);
  if (summary.refused.length > 0) process.exitCode = SOME_REFUSED;
  try {
    // First: a standard output that breaks ends the command.
    await writeFiles(options, measured, summary.notes);
  } finally {
    // What took minutes to measure is not lost with a disk that is full.
    console.log(options.format === 'json' ? JSON.stringify(summary, null, 2) : evalText(summary));
  }
};

async function writeFiles(options: EvalOptions, measured: Measured, notes: readonly string[]): Promise<void> {
  const { out, report } = options;
  if (out !== undefined) {
    await writeAtomically(out, JSON.stringify(measured.pictures.flatMap(({ framedResults }) => framedResults)));
  }
  if (report === undefined) return;
  // Draws pictures: a third of a second of modules.
  const { writeReport } = await import('./eval/write-report.ts');
  await writeReport(report, options, measured, notes);
}
