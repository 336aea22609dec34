import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sha256 } from '@edgeloop/protocol';
import { ControlPlaneProcess } from '../../../stand/control-plane/control-plane-process.ts';
import { COLOUR_TASK, pushColourModels } from '../../../stand/control-plane/push-colour-models.ts';
import { PROGRAMS } from '../../../stand/programs.ts';

export const TASK = COLOUR_TASK;
/** What devices run at first, and what is rolled out. */
const MODELS = ['champion', 'candidate', 'rival'] as const;

/** A control plane with registered models, on which many plays go on at once. */
export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'edgeloop-rollouts-'));
  readonly #data = join(this.#folder, 'data');
  readonly controlPlane = new ControlPlaneProcess([
    ...['--data', this.#data, '--log-level', 'warn'],
  ]);
  /** Digests by name. */
  models: Readonly<Record<string, Sha256>> = {};
  /** Of another person. */
  secondToken = '';

  get server(): string {
    return `http://127.0.0.1:${this.controlPlane.apiPort}`;
  }

  async open(): Promise<void> {
    const { controlPlane } = this;
    await controlPlane.start();
    this.models = await pushColourModels(controlPlane, MODELS);
    // Not by a token: what a token makes is one hand with it.
    const named = ['--name', 'another', '--role', 'operator'];
    const { stdout } = spawnSync(
      process.execPath,
      [PROGRAMS.controlPlane, 'token', '--data', this.#data, ...named],
      { encoding: 'utf8' },
    );
    this.secondToken = stdout.trim();
  }

  async close(): Promise<void> {
    await this.controlPlane.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
