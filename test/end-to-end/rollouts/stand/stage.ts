import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANIFEST_FILE, type Sha256 } from '@edgeloop/protocol';
import { ApiClient } from '../../../../control-plane/src/cli/client/api-client.ts';
import { pushPackage } from '../../../../control-plane/src/cli/models/push-package.ts';
import { writeColourPackage } from '../../../stand/colour-package.ts';
import { ControlPlaneProcess } from '../../../stand/control-plane-process.ts';

export const TASK = 'colours';
/** What devices run at first, and what is rolled out. */
const MODELS = ['champion', 'candidate', 'rival'] as const;

/** A control plane with registered models, on which many plays go on at once. */
export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'edgeloop-rollouts-'));
  readonly controlPlane = new ControlPlaneProcess([
    ...['--data', join(this.#folder, 'data'), '--log-level', 'warn'],
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
    await client.askJson('/api/tasks', { method: 'POST', json: { task: TASK } });
    for (const name of MODELS) {
      const directory = await this.#package(name);
      const { digest, state } = await pushPackage(client, {
        ...{ directory, task: TASK, parent: null, onFile: () => {} },
      });
      if (state !== 'registered') throw new Error(`the model ${name} is ${state}`);
      this.models[name] = digest;
    }
    const asked = { name: 'another', role: 'operator' };
    this.secondToken = (await controlPlane.post('/api/tokens', asked)).secret;
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
