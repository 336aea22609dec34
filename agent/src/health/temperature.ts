import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Millis, millis } from '@edgeloop/protocol';

const ZONES = '/sys/class/thermal';
const READ_EVERY: Millis = millis(5_000);

/** How hot the device is, read now and then. */
export class Temperature {
  readonly #folder: string;
  #celsius: number | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** @param folder As the kernel's `/sys/class/thermal`. */
  constructor(folder = ZONES) {
    this.#folder = folder;
  }

  /** Of the hottest zone. Null: the device does not say. */
  get celsius(): number | null {
    return this.#celsius;
  }

  async start(): Promise<void> {
    await this.#read();
    this.#timer = setInterval(() => void this.#read(), READ_EVERY);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    this.#celsius = await readHottest(this.#folder);
  }
}

async function readHottest(folder: string): Promise<number | null> {
  const names = await readdir(folder).catch(() => []);
  const zones = names.filter((name) => name.startsWith('thermal_zone'));
  const read = zones.map(async (zone) => {
    // A zone that is off can't be read.
    const text = await readFile(join(folder, zone, 'temp'), 'utf8').catch(() => '');
    return text.trim() === '' ? Number.NaN : Number(text) / 1000;
  });
  const celsius = (await Promise.all(read)).filter(Number.isFinite);
  return celsius.length === 0 ? null : Math.max(...celsius);
}
