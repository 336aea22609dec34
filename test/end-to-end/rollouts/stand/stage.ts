import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANIFEST_FILE, type Sha256 } from '@edgeloop/protocol';
import { ApiClient } from '../../../../control-plane/src/cli/client/api-client.ts';
import { pushPackage } from '../../../../control-plane/src/cli/models/push-package.ts';
import { writeColourPackage } from '../../../stand/colour-package.ts';
import { ControlPlaneProcess } from '../../../stand/control-plane-process.ts';
import { PROGRAMS } from '../../../stand/programs.ts';

export const TASK = 'colours';
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
  readonly models: Record<string, Sha256> = {};
  /** Of another person. */
  secondToken = '';

  get server(): string {
    return `http://127.0.0.1:${this.controlPlane.apiPort}`;
  }

  async open(): Promise<void> {
    const { controlPlane } = this;
    await controlPlane.start();
    const client = new ApiClient({ server: this.server, token: controlPlane.token });
    await client.askJson('POST /api/tasks', { json: { task: TASK } });
    for (const name of MODELS) {
      const directory = await this.#package(name);
      const { digest, state } = await pushPackage(client, {
        ...{ directory, task: TASK, parent: null, onFile: () => {} },
      });
      if (state !== 'registered') throw new Error(`the model ${name} is ${state}`);
      this.models[name] = digest;
    }
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

  /** The colour model under a name of its own: another package, another digest. */
  async #package(name: string): Promise<string> {
    const folder = await writeColourPackage(join(this.#folder, name));
    const path = join(folder, MANIFEST_FILE);
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...manifest, name }));
    return folder;
  }
}
