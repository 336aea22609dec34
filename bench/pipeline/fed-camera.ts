import { spawnSync } from 'node:child_process';
import { open } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A camera for an agent: its `rpicam-vid` shows what it is fed, through a pipe. */
export class FedCamera {
  readonly #pipe: string;
  /** Where the program lies: to be the first of PATH. */
  readonly folder: string;
  #output: Socket | null = null;

  private constructor(folder: string) {
    this.folder = folder;
    this.#pipe = join(folder, 'frames');
  }

  static async create(folder: string): Promise<FedCamera> {
    const camera = new FedCamera(folder);
    spawnSync('mkfifo', [camera.#pipe]);
    const program = join(folder, 'rpicam-vid');
    await writeFile(program, `#!/bin/sh\nexec cat '${camera.#pipe}'\n`);
    await chmod(program, 0o755);
    return camera;
  }

  /** Returns when the program runs. */
  async open(): Promise<void> {
    const fd = await promisify(open)(this.#pipe, 'w');
    this.#output = new Socket({ fd, readable: false, writable: true });
  }

  /** @returns whether there is room for more: a camera drops what nobody takes */
  show(jpeg: Uint8Array): boolean {
    const output = this.#output;
    if (!output || output.writableLength > 0) return false;
    output.write(jpeg);
    return true;
  }

  close(): void {
    this.#output?.destroy();
  }
}
