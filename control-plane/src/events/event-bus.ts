import { type EpochMillis, type Timestamp, timestamp } from '@edgeloop/protocol';
import { type EventKind, isFleeting } from './event-kinds.ts';

/** Something that changed. */
export interface ControlPlaneEvent {
  /**
   * Rising within a process; unique over restarts. A fleeting one has that of the event before it:
   * to go on after.
   */
  readonly id: string;
  readonly kind: EventKind;
  readonly at: Timestamp;
  /** What it is about, for filters: a site, a device, a task, a job. */
  readonly subject: Readonly<Record<string, string>>;
  readonly data: unknown;
}

type Listener = (event: ControlPlaneEvent) => void;

/** The newest so many are kept, for who was away a moment. */
const KEPT = 1000;

/** From whoever changes something to whoever wants to know, within this process. */
export class EventBus {
  readonly #now: () => EpochMillis;
  readonly #prefix: string;
  readonly #listeners = new Set<Listener>();
  readonly #kept: ControlPlaneEvent[] = [];
  #count = 0;

  constructor({ now }: { now: () => EpochMillis }) {
    this.#now = now;
    this.#prefix = now().toString(36);
  }

  publish(event: Pick<ControlPlaneEvent, 'kind' | 'subject' | 'data'>): void {
    const kept = !isFleeting(event.kind);
    if (kept) this.#count += 1;
    const whole = { id: this.newest, at: timestamp(this.#now()), ...event };
    if (kept) this.#kept.push(whole);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const listener of this.#listeners) listener(whole);
  }

  /** Of the newest that is kept: those that follow come after it. */
  get newest(): string {
    return `${this.#prefix}-${this.#count}`;
  }

  /** Those that came after one; null where that one is no longer known. */
  since(id: string): readonly ControlPlaneEvent[] | null {
    const at = this.#kept.findIndex((event) => event.id === id);
    return at < 0 ? null : this.#kept.slice(at + 1);
  }

  /** @returns how to end it. The listener must not throw, and must not wait. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
