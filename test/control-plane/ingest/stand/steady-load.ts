import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import type { Mosquitto, ReceivedMessage } from '../../../stand/broker/mosquitto.ts';
import { Device } from '../../../stand/fleet/device.ts';
import { until } from '../../../stand/until.ts';

const DEVICES = 4;
const ROWS = 5;
const EVERY = 250;

/** Devices that go on telling what they see, and all that they are told of it. */
export class SteadyLoad {
  readonly #devices: readonly Device[];
  readonly #heard: readonly ReceivedMessage[];
  #working = true;
  #rows = 0;
  #running: Promise<void> = Promise.resolve();

  private constructor(devices: readonly Device[], heard: readonly ReceivedMessage[]) {
    this.#devices = devices;
    this.#heard = heard;
  }

  static async start(t: Pick<Test, 'teardown'>, broker: Mosquitto): Promise<SteadyLoad> {
    const heard = await broker.listen(null, 'edgeloop/v1/+/+/delivered');
    const streams = Array.from({ length: DEVICES }, (_, i) => String(i).padStart(12, '0'));
    const devices = streams.map(
      (id, i) => new Device(broker.url, `pi-${i}`, `00000000-0000-4000-8000-${id}`),
    );
    t.teardown(() => Promise.all(devices.map((device) => device.close())));
    for (const device of devices) device.start();
    const load = new SteadyLoad(devices, heard);
    load.#running = load.#run();
    return load;
  }

  /** When of each device more was stored than what was on its way. */
  async goesOn(): Promise<void> {
    const before = this.#stored();
    await until(() => this.#stored() > before + 2 * ROWS);
  }

  /** When all of it is stored. */
  async end(): Promise<void> {
    this.#working = false;
    await this.#running;
  }

  /** @param stored all that the API tells, in the order of storing */
  check(t: Test, stored: readonly { readonly device: string; readonly seq: number }[]): void {
    const all = Array.from({ length: this.#rows }, (_, i) => i + 1);
    for (const { through, address } of this.#devices) {
      const { device } = address;
      t.equal(through, this.#rows);
      const seqs = stored.filter((row) => row.device === device).map(({ seq }) => seq);
      t.same(seqs, all, `${device}: all of it, once, in order`);
      const told = this.#heard
        .filter(({ topic, message }) => topic.includes(`/${device}/`) && message)
        .map(({ message }) => message.through as number);
      t.ok(told.length > 0);
      t.same(
        told,
        told.toSorted((a, b) => a - b),
        'delivered never goes back',
      );
    }
  }

  #stored = () => Math.min(...this.#devices.map(({ through }) => through));

  async #run(): Promise<void> {
    while (this.#working) {
      this.#rows += ROWS;
      await Promise.all([delay(EVERY), ...this.#devices.map((device) => device.produce(ROWS))]);
    }
  }
}
