const STORED = 'gfl-serve.api-key';

/** The key lives as long as the tab does, and in no other. */
export function storedKey(): string | undefined {
  try {
    return sessionStorage.getItem(STORED) ?? undefined;
  } catch {
    return undefined; // storage is forbidden; the key is asked for again after a reload
  }
}

/** Whether a header can carry it. Services have no other keys. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** What to say of a text that is no key. */
export const NO_KEY = 'Keys are made of ASCII letters, digits and signs, without blanks.';

export function storeKey(key: string): void {
  try {
    sessionStorage.setItem(STORED, key);
  } catch {
    // see above
  }
}
