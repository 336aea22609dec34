import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Desired, Sha256, SignedAssignment } from '@edgeloop/protocol';
import type { Test } from 'tap';
import { SignedFleet } from '../../../stand/fleet/signed-fleet.ts';
import { writeColourPackage } from '../../../stand/models/colour-package.ts';
import { ModelServer } from '../../../stand/servers/model-server.ts';
import { bundleProgram } from './bundle-program.ts';
import { type ProgramResult, runProgram } from './run-program.ts';

/** A few chunks of a connection, so that a kill may come within the file. */
const MODEL_BYTES = 150_000;

/** What the program of a device is given. */
export interface ProgramInput {
  /** Path of its agent.yaml. */
  readonly config: string;
  readonly desired: Desired;
  readonly broker: boolean;
  readonly reports: boolean;
}

/**
 * A device that runs its second model and is given the third: its state as it was before, for as
 * many runs as needed.
 */
export class KillStand {
  readonly folder = mkdtempSync(join(tmpdir(), 'kill-points-'));
  readonly #server = new ModelServer();
  readonly #fleet: SignedFleet;
  /** Without one no model shows that it can. */
  broker = true;
  /** Whatever a device reports is said by its program. */
  reports = false;
  program = '';
  before = '' as Sha256;
  next = '' as Sha256;

  private constructor(fleet: SignedFleet) {
    this.#fleet = fleet;
  }

  static async create(t: Test): Promise<KillStand> {
    const stand = new KillStand(await SignedFleet.create(t));
    t.teardown(async () => {
      await stand.#server.close();
      rmSync(stand.folder, { recursive: true, force: true });
    });
    await stand.#server.start();
    stand.program = await bundleProgram(stand.folder);
    writeFileSync(join(stand.folder, 'root.json'), JSON.stringify(stand.#fleet.chain[0]));
    await stand.#write('factory');
    const [first, second, third] = await Promise.all(['one', 'two', 'three'].map(stand.#publish));
    await stand.#run('template', first!, 1);
    await stand.#run('template', second!, 2);
    stand.before = second!;
    stand.next = third!;
    return stand;
  }

  /** Makes a device as it was before the third model was told of. @returns its state's folder */
  reset(device: string): string {
    const state = this.#device(device);
    rmSync(state, { recursive: true, force: true });
    cpSync(this.#device('template'), state, { recursive: true });
    return state;
  }

  /**
   * Tells it of the third model, and runs until the update has ended.
   * @param strace Options; null: without it
   */
  update(device: string, strace: readonly string[] | null = null): Promise<ProgramResult> {
    return runProgram(this.program, this.given(device), strace);
  }

  /** What the program of a device is given that is told of the third model. */
  given(device: string): ProgramInput {
    return this.#give(device, this.next, 3);
  }

  /** What a device was told before. */
  get told(): SignedAssignment {
    return this.#assignments.get(2)!;
  }

  #device(name: string): string {
    return join(this.folder, name, 'state');
  }

  #run(device: string, model: Sha256, generation: number): Promise<ProgramResult> {
    return runProgram(this.program, this.#give(device, model, generation), null);
  }

  #give(device: string, model: Sha256, generation: number): ProgramInput {
    const state = this.#device(device);
    mkdirSync(state, { recursive: true });
    const config = join(this.folder, device, 'agent.yaml');
    writeFileSync(config, JSON.stringify(this.#config(state)));
    const active = this.#assignments.get(generation) ?? this.#fleet.assign(model, generation);
    this.#assignments.set(generation, active);
    const desired: Desired = { version: generation, root: 1, slots: { main: { active } } };
    return { config, desired, broker: this.broker, reports: this.reports };
  }

  readonly #assignments = new Map<number, ReturnType<SignedFleet['assign']>>();

  #config(state: string) {
    return {
      site: 'works',
      device: 'pi-1',
      state,
      trust: { root: join(this.folder, 'root.json') },
      broker: { url: 'mqtt://127.0.0.1:1', username: 'pi-1', password: 'secret' },
      server: { url: this.#server.url },
      slots: { main: { package: join(this.folder, 'factory') } },
      cameras: { cam0: { slot: 'main', source: { kind: 'synthetic' }, decide: { mode: 'frame' } } },
      updates: { probation: this.broker ? '20s' : '300ms', frames: 1, minFree: '1MiB' },
    };
  }

  readonly #publish = async (name: string): Promise<Sha256> =>
    this.#server.publish(await this.#write(name), this.#fleet.packageKey);

  /** @returns its folder */
  #write(name: string): Promise<string> {
    const model = { logits: [10, 0, 0], name, weights: name.padEnd(MODEL_BYTES, name) };
    const folder = join(this.folder, name);
    return writeColourPackage(folder, Buffer.from(JSON.stringify(model)));
  }
}
