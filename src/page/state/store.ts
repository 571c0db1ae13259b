import { START, type State } from './state.ts';

export interface Store {
  get(): State;
  /** Replaces some fields; whoever watches is told once, after the current task's changes. */
  set(change: Partial<State>): void;
  /** Calls `render` now and after every change. */
  watch(render: (state: State) => void): void;
}

export function createStore(start: State = START): Store {
  let state = start;
  let told = true;
  const renders: ((state: State) => void)[] = [];
  function tell() {
    told = true;
    for (const render of renders) render(state);
  }
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      if (!told) return;
      told = false;
      queueMicrotask(tell);
    },
    watch(render) {
      renders.push(render);
      render(state);
    },
  };
}
