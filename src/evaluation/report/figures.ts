/** A part of one, three decimals without the zero in front, as detection papers write it. */
export function fraction(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return value >= 1 ? value.toFixed(2) : value.toFixed(3).replace(/^(-?)0/, '$1');
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(0)}\u00a0%`;
}

export function pixels(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} px`;
}

/** 12,345 */
export function whole(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** A tick of an axis from 0 to 1: .2 */
export function tenth(value: number): string {
  return value === 0 || value === 1 ? String(value) : value.toFixed(1).slice(1);
}
