import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { choiceOption } from '../option-values.ts';
import { describeInspection } from './describe-inspection.ts';
import { onePositional, readWishes, WISH_FLAGS, WISH_USAGE, wishFlags } from './flags.ts';
import { inChild } from './in-child.ts';

const USAGE = `Usage: gfl-serve model inspect FILE.onnx [--format text|json]

Reads the file, runs it once on noise in a process of its own, and says what goes in and comes out, and which families have
such a head and why the others have not. Changes nothing.

${WISH_USAGE}
  --classes N      how many classes it was trained for, where the channels leave it open
  --format json    one JSON object on standard output

  gfl-serve model inspect nanodet-plus-m_416.onnx
  gfl-serve model inspect custom.onnx --bins 11 --format json`;

export const inspect: Command = async args => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...WISH_FLAGS,
      format: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(USAGE);
  const format = choiceOption('format', values.format, ['text', 'json']);
  const file = onePositional(positionals, USAGE);
  const report = await inChild({ type: 'inspect', file, wishes: readWishes(values) }, { file });
  console.log(format === 'json' ? JSON.stringify(report, null, 2) : describeInspection(report, wishFlags(values)));
};
