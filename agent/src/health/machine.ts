import { readdir, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type Millis, millis } from '@edgeloop/protocol';

/** The Pi's firmware as the kernel shows it, on each of its models elsewhere below. */
const FIRMWARE = '/sys/bus/platform/drivers/raspberrypi-firmware';
/** Bits 0 to 3 are now: too little voltage, a lower frequency, throttled, the soft limit of temperature. 16 to 19 are since the boot. */
const NOW = 0b1111;
const READ_EVERY: Millis = millis(10_000);

export interface MachineState {
  /** Null: the machine does not say, as any that is no Raspberry Pi. */
  readonly throttled: boolean | null;
  /** Null: the disk can't be asked. */
  readonly diskFreeBytes: number | null;
}

/** How the machine below the agent is, read now and then: health is told without waiting for a disk. */
export class Machine {
  readonly #folder: string;
  readonly #firmware: string;
  #state: MachineState = { throttled: null, diskFreeBytes: null };
  #timer: NodeJS.Timeout | undefined;

  /** @param folder on the disk that is asked for its room @param firmware as the kernel's */
  constructor(folder: string, firmware = FIRMWARE) {
    this.#folder = folder;
    this.#firmware = firmware;
  }

  get state(): MachineState {
    return this.#state;
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
    const [throttled, diskFreeBytes] = await Promise.all([
      readThrottled(this.#firmware),
      statfs(this.#folder).then(
        ({ bavail, bsize }) => bavail * bsize,
        () => null,
      ),
    ]);
    this.#state = { throttled, diskFreeBytes };
  }
}

async function readThrottled(firmware: string): Promise<boolean | null> {
  const devices = await readdir(firmware).catch(() => []);
  for (const device of devices) {
    const text = await readFile(join(firmware, device, 'get_throttled'), 'utf8').catch(() => '');
    // Hexadecimal, without a prefix.
    const bits = Number(`0x${text.trim()}`);
    if (Number.isFinite(bits)) return (bits & NOW) !== 0;
  }
  return null;
}
