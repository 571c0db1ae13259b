import type { Picture, Status } from './state.ts';
import type { Store } from './store.ts';

let nextId = 1;

/** Adds pictures at the end and looks at the first of them. Returns their ids. */
export function addPictures(
  store: Store,
  files: readonly { name: string; blob: Blob; status?: Status }[],
): readonly number[] {
  const added = files.map(({ name, blob, status = { kind: 'waiting' } }): Picture => {
    return { id: nextId++, name, blob, url: URL.createObjectURL(blob), status };
  });
  if (added.length === 0) return [];
  const { pictures } = store.get();
  store.set({ pictures: [...pictures, ...added], currentId: added[0]!.id, live: undefined, ...NOTHING_MARKED });
  return added.map(({ id }) => id);
}

export function setStatus(store: Store, id: number, status: Status): void {
  store.set({ pictures: store.get().pictures.map(one => (one.id === id ? { ...one, status } : one)) });
}

/** Removes a picture and looks at its neighbour. */
export function removePicture(store: Store, id: number): void {
  const { pictures, currentId } = store.get();
  const at = pictures.findIndex(one => one.id === id);
  if (at < 0) return;
  URL.revokeObjectURL(pictures[at]!.url);
  const rest = pictures.filter(one => one.id !== id);
  const neighbour = rest[Math.min(at, rest.length - 1)]?.id;
  store.set({ pictures: rest, currentId: currentId === id ? neighbour : currentId, ...NOTHING_MARKED });
}

export const NOTHING_MARKED = { marked: undefined, pinned: false } as const;
