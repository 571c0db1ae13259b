import { COMMAND_WORDS, type Value } from './words.ts';

/** How a shell offers each kind of value. */
export type Offers = (value: Value) => string;

/**
 * The body of `case "$command:$what" in`, which bash and zsh share: `$what` is the flag before the cursor, `-` where
 * a flag is being typed, and empty where anything else is. Flags that take no value are left to the last two.
 */
export function shellCases(offers: Offers): string {
  return Object.entries(COMMAND_WORDS)
    .flatMap(([command, { flags, argument }]) => {
      const names = [...Object.keys(flags).map(flag => `--${flag}`), '--help'];
      const values = Object.entries(flags).filter(([, value]) => value !== undefined);
      return [
        ...values.map(([flag, value]) => `    '${command}:--${flag}') ${offers(value!)} ;;`),
        `    '${command}:-') ${offers(names)} ;;`,
        ...(argument === undefined ? [] : [`    '${command}:') ${offers(argument)} ;;`]),
      ];
    })
    .join('\n');
}

/** Flags that take a value, for a `case` pattern: what follows any other is an argument. */
export function valueFlags(): string {
  const flags = Object.values(COMMAND_WORDS).flatMap(words =>
    Object.entries(words.flags).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`])),
  );
  return [...new Set(flags)].join('|');
}
