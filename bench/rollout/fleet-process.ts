import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PROGRAMS } from '../../test/stand/programs.ts';

/** What `edgeloop-agent simulate` prints of itself. */
export interface FleetLine {
  readonly ready?: boolean;
  readonly devices: number;
  readonly connected: number;
  readonly said: number;
  readonly heard: number;
  readonly updates: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
}

/**
 * What it is given to write to. In memory where there is such a place: it is not this machine's
 * disk that is measured.
 */
const MEMORY = '/dev/shm';

/** The simulator in a process of its own. */
export class FleetProcess {
  readonly #child: ChildProcess;
  readonly #scratch = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'edgeloop-bench-'));
  readonly #waiting: { is: (line: FleetLine) => boolean; resolve: (line: FleetLine) => void }[] =
    [];
  readonly #ended: Promise<never>;

  constructor(args: readonly string[]) {
    const child = spawn(process.execPath, [PROGRAMS.agent, 'simulate', ...args], {
      env: { ...process.env, TMPDIR: this.#scratch },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (text) => this.#heard(JSON.parse(text)));
    this.#ended = new Promise((_, reject) => {
      child.once('exit', (code) => reject(new Error(`the simulator ended with ${code}`)));
    });
    this.#ended.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The first line from now on that is so. */
  until(is: (line: FleetLine) => boolean): Promise<FleetLine> {
    const found = new Promise<FleetLine>((resolve) => {
      this.#waiting.push({ is, resolve });
    });
    return Promise.race([found, this.#ended]);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  #heard(line: FleetLine): void {
    for (const { is, resolve } of this.#waiting) if (is(line)) resolve(line);
  }
}
