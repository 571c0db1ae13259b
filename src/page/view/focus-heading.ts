import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { focusSoon } from './focus-soon.ts';

/** Focuses the heading of what is there: the button that was pressed has gone, and this is where the news is. */
export function focusHeading(store: Store): void {
  const { live, pictures } = store.get();
  focusSoon(byId(live === undefined && pictures.length === 0 ? 'welcome-title' : 'title', HTMLHeadingElement));
}
