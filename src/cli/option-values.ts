import { CliError } from './cli-error.ts';

/** The number that an option says. Throws a `CliError` for what is none, or does not fit. */
export function numberOption(name: string, value: string, expected: string, fits: (value: number) => boolean): number {
  const read = value.trim() === '' ? Number.NaN : Number(value);
  if (!fits(read)) throw new CliError(`--${name} is "${value}"; expected ${expected}.`);
  return read;
}

/** The choice that an option names; the first where it is not given. Throws a `CliError` for what is none of them. */
export function choiceOption<T extends string>(
  name: string,
  value: string | undefined,
  choices: readonly [T, ...T[]],
): T {
  if (value === undefined) return choices[0];
  const found = choices.find(choice => choice === value);
  if (found === undefined) throw new CliError(`--${name} is "${value}"; expected ${choices.join(' or ')}.`);
  return found;
}
