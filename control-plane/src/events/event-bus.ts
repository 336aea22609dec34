import type { Timestamp } from '@edgeloop/protocol';

/** Something that changed. `kind` is `<noun>.<what happened>`, such as `candidate.created`. */
export interface ControlPlaneEvent {
  readonly kind: string;
  readonly at: Timestamp;
  /** What it is about, for filters: a site, a device, a task, a job. */
  readonly subject: Readonly<Record<string, string | number>>;
  readonly data: unknown;
}

type Listener = (event: ControlPlaneEvent) => void;

/** From whoever changes something to whoever wants to know, within this process. Nothing is kept. */
export class EventBus {
  readonly #listeners = new Set<Listener>();

  publish(event: ControlPlaneEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** @returns how to end it. The listener must not throw, and must not wait. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
