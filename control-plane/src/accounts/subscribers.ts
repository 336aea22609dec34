import type { NewSubscriber, Subscriber } from '../resources/subscriber.ts';
import type { Admissions } from './admissions.ts';
import type { SubscriberSecret, SubscriberStore } from './subscriber-store.ts';

export interface SubscribersOptions {
  readonly store: SubscriberStore;
  readonly admissions: Pick<Admissions, 'refresh'>;
  /** Ends what a name has open on the broker, where that is ours. */
  readonly disconnect: (name: string) => Promise<void>;
}

/** Who only listens. What changes holds at once; then it is answered. */
export class Subscribers {
  readonly #options: SubscribersOptions;

  constructor(options: SubscribersOptions) {
    this.#options = options;
  }

  list(): Promise<Subscriber[]> {
    return this.#options.store.list();
  }

  /** @throws ControlPlaneError as the store */
  async create(wanted: NewSubscriber, createdBy: string): Promise<SubscriberSecret> {
    const made = await this.#options.store.create(wanted, createdBy);
    await this.#options.admissions.refresh(wanted.name);
    return made;
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async renew(name: string): Promise<SubscriberSecret> {
    const renewed = await this.#options.store.renew(name);
    await this.#changed(name);
    return renewed;
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async remove(name: string): Promise<Subscriber> {
    const removed = await this.#options.store.remove(name);
    await this.#changed(name);
    return removed;
  }

  async #changed(name: string): Promise<void> {
    await this.#options.admissions.refresh(name);
    await this.#options.disconnect(name);
  }
}
