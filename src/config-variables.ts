/** One environment variable: what it means, what it may be, what it is when absent. */
export interface Variable<T> {
  readonly env: string;
  /** One sentence for docs/configuration.md. */
  readonly about: string;
  /** Completes "expected …" in an error and fills the page's column of allowed values. */
  readonly expected: string;
  readonly fallback: T | ((given: GivenValues, machine: Machine) => T);
  /** How the page writes the default. */
  readonly fallbackText: string;
  /** The value, or undefined when `text` is not one. */
  readonly read: (text: string) => T | undefined;
  /** The value never appears in an error or a log. */
  readonly secret?: true;
}

/** Variables that the defaults of others depend on; those that were not given are absent. */
export interface GivenValues {
  engines?: number;
  threadsPerEngine?: number;
  provider?: string;
  deadlineMs?: number;
  maxBodyBytes?: number;
}

/** What the service may use. */
export interface Machine {
  cpus: number;
  /** Bytes. */
  memory: number;
  /** Descriptors a process may have open. */
  openFiles: number;
}

type Fallback<T> = T | { text: string; of: (given: GivenValues, machine: Machine) => T };

function variable<T>(
  env: string,
  fallback: Fallback<T>,
  expected: string,
  about: string,
  read: (text: string) => T | undefined,
  show: (value: T) => string = String,
): Variable<T> {
  const computed = typeof fallback === 'object' && fallback !== null && 'of' in fallback;
  return computed
    ? { env, about, expected, read, fallback: fallback.of, fallbackText: fallback.text }
    : { env, about, expected, read, fallback, fallbackText: show(fallback) };
}

export function integer(
  env: string,
  fallback: Fallback<number>,
  [min, max]: readonly [number, number],
  about: string,
): Variable<number> {
  return variable(env, fallback, `a whole number from ${min} to ${max}`, about, text => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

export function choice<const T extends string>(
  env: string,
  fallback: T,
  choices: readonly T[],
  about: string,
): Variable<T> {
  return variable(env, fallback, `one of ${choices.join(', ')}`, about, text => choices.find(one => one === text));
}

export function text(
  env: string,
  fallback: Fallback<string>,
  pattern: RegExp,
  expected: string,
  about: string,
): Variable<string> {
  return variable(env, fallback, expected, about, value => (pattern.test(value) ? value : undefined));
}

/** A comma-separated list without doubles; blanks around an item are dropped, an empty item is an error. */
export function list<T extends string>(
  env: string,
  fallback: readonly T[],
  isItem: (item: string) => item is T,
  expected: string,
  about: string,
): Variable<readonly T[]> {
  const read = (value: string) => {
    const items = value.split(',').map(item => item.trim());
    return items.every(isItem) && new Set(items).size === items.length ? Object.freeze(items) : undefined;
  };
  return variable(env, Object.freeze([...fallback]), expected, about, read, value => value.join(',') || 'none');
}

/** Whether it is an origin as browsers write it: without a path, without a standard port, in small letters. */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
