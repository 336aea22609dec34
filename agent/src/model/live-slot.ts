import type { ServedModel, SlotId } from '@edgeloop/protocol';
import type { ModelSlot } from './model-slot.ts';

/** What looks through a slot. */
interface Viewer {
  /** From the next frame on; resolves when the model before is idle. */
  use(model: ModelSlot): Promise<void>;
}

/** A slot under running cameras: the model that decides, and its change to another. */
export class LiveSlot {
  readonly #viewers: Viewer[] = [];
  readonly #restarts = new Map<ServedModel, number>();
  #current: ModelSlot;

  /** @param first Started. */
  constructor(first: ModelSlot) {
    this.#current = first;
  }

  get id(): SlotId {
    return this.#current.id;
  }

  get current(): ModelSlot {
    return this.#current;
  }

  attach(viewer: Viewer): void {
    this.#viewers.push(viewer);
  }

  /** How often the process of a model had to be started again, also of one that was replaced. */
  restartsOf(model: ServedModel): number {
    const now = this.#current.served === model ? this.#current.restarts : 0;
    return now + (this.#restarts.get(model) ?? 0);
  }

  /**
   * The one before decides until its frame in hand is done; then its process ends.
   * @param next Started.
   */
  async change(next: ModelSlot): Promise<void> {
    const before = this.#current;
    this.#current = next;
    await Promise.all(this.#viewers.map((viewer) => viewer.use(next)));
    const { served } = before;
    this.#restarts.set(served, (this.#restarts.get(served) ?? 0) + before.restarts);
    await before.close();
  }

  async close(): Promise<void> {
    await this.#current.close();
  }
}
