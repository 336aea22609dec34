import { renameSync, writeFileSync } from 'node:fs';

const MACHINE = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
/** Of Debian's libfaketime. */
export const FAKETIME = `/usr/lib/${MACHINE}-linux-gnu/faketime/libfaketimeMT.so.1`;

/**
 * The wall clock of some processes, which jumps while they run; what measures durations goes on
 * (libfaketime).
 */
export class Clock {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    this.jump(0);
  }

  get env(): { readonly LD_PRELOAD: string; readonly [name: string]: string } {
    return {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
  }

  /** So many seconds, or parts of one, before (negative) or after the true time. */
  jump(seconds: number): void {
    writeFileSync(`${this.#file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** @param time of the epoch, in ms */
  jumpTo(time: number): void {
    this.jump((time - Date.now()) / 1000);
  }
}
