import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run fuzz -- [options]

Sends changed pictures, forms, JSON, options and heads to a service of its own (a tiny model, the real everything else) and
judges every answer: no crash, no 5xx, no success for what is not whole, nothing late, nothing left open.

  --cases N       how many (20000)
  --seconds N     stop after this time, however many that were
  --seed S        which cases: the same seed gives the same ones (1)
  --from I        the first case (0)
  --case I        this one case, and what is known of it
  --connections N cases under way at once (16)
  --save DIR      where failing requests are written (fuzz-failures)`;

export interface FuzzOptions {
  seed: number;
  from: number;
  cases: number;
  seconds: number;
  connections: number;
  save: string;
  /** One case is run, and described. */
  single: boolean;
}

/** Throws a sentence for what cannot be understood, and the usage for --help. */
export function readOptions(args: readonly string[]): FuzzOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: '20000' },
      seconds: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      case: { type: 'string' },
      connections: { type: 'string', default: '16' },
      save: { type: 'string', default: 'fuzz-failures' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const whole = (name: string, text: string, min: number) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= min) return value;
    throw new Error(`Expected a whole number of at least ${min} for --${name} but received ${text}.`);
  };
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new Error(`Expected a positive number for --seconds but received ${values.seconds}.`);
  const single = values.case !== undefined;
  return {
    seed: whole('seed', values.seed, 0),
    from: whole('case', values.case ?? values.from, 0),
    cases: single ? 1 : whole('cases', values.cases, 1),
    seconds,
    connections: single ? 1 : whole('connections', values.connections, 1),
    save: values.save,
    single,
  };
}
