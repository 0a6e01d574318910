/** A point where others may listen in. */
export interface Hook<Value> {
  /** Adds a listener; the function returned takes it away again. */
  on(listener: (value: Value) => unknown): () => void;
  /** Calls the listeners one after the other, each awaited. Rejects as soon as one of them does. */
  notify(value: Value): Promise<void>;
}

/** Makes a {@link Hook} without listeners. */
export function createHook<Value>(): Hook<Value> {
  const listeners = new Set<(value: Value) => unknown>();
  return {
    on(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async notify(value) {
      for (const listener of listeners) await listener(value);
    },
  };
}
