import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const { EIO, EROFS } = constants.errno;
const CHUNK = Buffer.alloc(1024 * 1024);

/** A small disk of its own (a tmpfs) that can be filled, refuse to be written, and fail. */
export class Disk {
  readonly folder: string;
  readonly #control: string;
  readonly #shim: string;

  /** @param shim shim/disk-faults.c, compiled */
  constructor(folder: string, size: string, shim: string) {
    this.folder = folder;
    this.#control = `${folder}.control`;
    this.#shim = shim;
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
    writeFileSync(this.#control, '\0');
  }

  /** For the processes that use it. */
  get env(): { readonly LD_PRELOAD: string; readonly [name: string]: string } {
    return {
      LD_PRELOAD: this.#shim,
      EDGELOOP_DISK_CONTROL: this.#control,
      EDGELOOP_DISK_FOLDER: this.folder,
    };
  }

  /** To the last byte. */
  fill(): void {
    const file = openSync(this.#filler, 'w');
    try {
      for (let size = CHUNK.length; size > 0; ) {
        try {
          writeSync(file, CHUNK, 0, size);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          size >>= 1;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  /** Reads, writes and flushes fail, every third of them. */
  failInputAndOutput(): void {
    this.#fail(EIO);
  }

  /**
   * What is open can't be written either: the kernel itself goes on so after an error of the file
   * system.
   */
  refuseWrites(): void {
    this.#fail(EROFS);
  }

  /** As by hand: only where no file is open for writing. */
  remount(how: 'ro' | 'rw'): void {
    execFileSync('mount', ['-o', `remount,${how}`, this.folder]);
  }

  heal(): void {
    this.#fail(0);
    rmSync(this.#filler, { force: true });
  }

  get #filler(): string {
    return join(this.folder, 'filler');
  }

  #fail(error: number): void {
    const file = openSync(this.#control, 'r+');
    writeSync(file, Buffer.from([error]), 0, 1, 0);
    closeSync(file);
  }
}
