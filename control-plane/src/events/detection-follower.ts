import type { Logger } from 'pino';
import type { Store } from '../store/store.ts';
import { detectionEvent } from './detection-event.ts';
import type { ControlPlaneEvent, EventBus } from './event-bus.ts';

const PAGE = 500;

/**
 * Tells each detection once it is stored, as an event, in the order of storing. Reads them from the
 * store, and only while somebody listens: ingest does no more than say that there are some.
 */
export class DetectionFollower {
  readonly #store: Pick<Store, 'read'>;
  readonly #events: EventBus;
  readonly #log: Logger;
  #listeners = 0;
  #beginning: Promise<void> | null = null;
  #cursor: string | null = null;
  /** Where the last of them left. */
  #left: string | null = null;
  /** The newest event as it began: what was stored just before is told to nobody. */
  #began = '';
  #reading = false;
  #again = false;

  constructor(options: { store: Pick<Store, 'read'>; events: EventBus; log: Logger }) {
    this.#store = options.store;
    this.#events = options.events;
    this.#log = options.log;
  }

  /**
   * From now on.
   * @returns how to end it
   * @throws what reading the store does; nothing is followed then
   */
  async follow(): Promise<() => void> {
    this.#listeners += 1;
    try {
      // Who comes while it is read where to begin waits for the same.
      this.#beginning ??= this.#begin();
      await this.#beginning;
    } catch (error) {
      this.#leave();
      throw error;
    }
    return () => this.#leave();
  }

  /**
   * All events after one, detections too; null where some may be missing: nobody listened, or the
   * event is too old.
   */
  since(id: string): readonly ControlPlaneEvent[] | null {
    const events = this.#events.since(id);
    const isGap = id === this.#began || events?.some((event) => event.id === this.#began);
    return isGap ? null : events;
  }

  /** There are some that are new. */
  stored(): void {
    if (this.#cursor === null) return;
    this.#again = true;
    if (!this.#reading) void this.#read();
  }

  async #begin(): Promise<void> {
    try {
      const latest = await this.#store.read('latestDetection', null);
      this.#cursor = latest;
      if (latest !== this.#left) this.#began = this.#events.newest;
      // What was stored while it was read was told to nobody.
      this.stored();
    } catch (error) {
      this.#beginning = null;
      throw error;
    }
  }

  #leave(): void {
    this.#listeners -= 1;
    if (this.#listeners > 0) return;
    this.#left = this.#cursor ?? this.#left;
    this.#cursor = null;
    this.#beginning = null;
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#readAll();
      }
    } catch (error) {
      this.#log.warn({ error: (error as Error).message }, 'detections are told later');
    } finally {
      this.#reading = false;
    }
  }

  async #readAll(): Promise<void> {
    for (let full = true; full && this.#cursor !== null; ) {
      const cursor: string = this.#cursor;
      const page = await this.#store.read('listDetections', {
        order: 'stored',
        cursor,
        limit: PAGE,
      });
      // Nobody listens any more, or from a later one on.
      if (this.#cursor !== cursor) return;
      this.#cursor = page.next;
      full = page.detections.length === PAGE;
      for (const detection of page.detections) {
        this.#events.publish(detectionEvent(detection));
      }
    }
  }
}
