import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  MANIFEST_FILE,
  type Manifest,
  type Sha256,
  type SignedAssignment,
} from '@edgeloop/protocol';
import type { Test } from 'tap';
import { freePort } from '../../../start/src/free-port.ts';
import { AgentFolder, AgentProcess } from '../../stand/agent/agent-process.ts';
import { Mosquitto, type ReceivedMessage } from '../../stand/broker/mosquitto.ts';
import { SignedFleet } from '../../stand/fleet/signed-fleet.ts';
import { writeColourPackage } from '../../stand/models/colour-package.ts';
import { ModelServer } from '../../stand/servers/model-server.ts';
import { until } from '../../stand/until.ts';

const ROOT = 'edgeloop/v1/works/pi-1';

/** A package of its own digest, signed and on the server. @param change of its manifest */
export function publishPackage(
  t: Pick<Test, 'teardown'>,
  server: ModelServer,
  fleet: SignedFleet,
  change: (manifest: Manifest) => void,
): Promise<Sha256> {
  const folder = mkdtempSync(join(tmpdir(), 'published-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return writeColourPackage(folder).then(() => {
    const path = join(folder, MANIFEST_FILE);
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    change(manifest);
    writeFileSync(path, JSON.stringify(manifest));
    return server.publish(folder, fleet.packageKey);
  });
}

/**
 * A broker, a registry, an agent that runs under both, and the test in the place of the control
 * plane.
 */
export class UpdateStand {
  readonly broker = new Mosquitto();
  readonly server = new ModelServer();
  readonly folder: AgentFolder;
  readonly fleet: SignedFleet;
  readonly #t: Pick<Test, 'teardown'>;
  received: ReceivedMessage[] = [];
  agent: AgentProcess;
  config = '';
  http = 0;
  #version = 0;

  private constructor(t: Pick<Test, 'teardown'>, folder: AgentFolder, fleet: SignedFleet) {
    this.#t = t;
    this.folder = folder;
    this.fleet = fleet;
    this.agent = new AgentProcess(['--version']);
  }

  /** @param changes of agent.yaml */
  static async create(t: Test, changes: Readonly<Record<string, unknown>> = {}) {
    const stand = new UpdateStand(t, await AgentFolder.create(), await SignedFleet.create(t));
    const { broker, server, folder, fleet } = stand;
    t.teardown(async () => {
      await stand.agent.kill('SIGKILL');
      await broker.close();
      await server.close();
      await folder.remove();
    });
    await server.start();
    await broker.start();
    stand.http = await freePort();
    stand.received = await broker.listen();
    writeFileSync(join(folder.path, 'root.json'), JSON.stringify(fleet.chain[0]));
    stand.config = await folder.configure(broker.url, {
      broker: { url: broker.url, username: 'pi-1', password: 'secret' },
      server: { url: server.url },
      trust: { root: 'root.json' },
      sampling: 'off',
      cameras: {
        cam0: {
          slot: 'main',
          source: { kind: 'synthetic', interval: '50ms' },
          decide: { mode: 'frame' },
        },
      },
      updates: { probation: '20s', frames: 5, minFree: '1MiB' },
      health: { interval: '200ms' },
      http: { port: stand.http },
      ...changes,
    });
    stand.startAgent();
    let ended = false;
    void stand.agent.ended.then(() => {
      ended = true;
    });
    await until(() => stand.reports.length > 0 || ended);
    return stand;
  }

  startAgent(): void {
    this.agent = new AgentProcess(['run', '--config', this.config]);
  }

  publish(change: (manifest: Manifest) => void): Promise<Sha256> {
    return publishPackage(this.#t, this.server, this.fleet, change);
  }

  /** What the control plane wants of the slot from now on. */
  want(active: SignedAssignment): void {
    this.#version += 1;
    const desired = { version: this.#version, root: 1, slots: { main: { active } } };
    this.broker.publish(`${ROOT}/desired`, JSON.stringify(desired), true);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
  messages(topic: string): readonly any[] {
    return this.received.filter((r) => r.topic === `${ROOT}/${topic}`).map((r) => r.message);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
  get reports(): readonly any[] {
    return this.messages('reported').map(({ slots }) => slots.main);
  }

  /** Of an assignment, the states that were reported, each once. */
  statesOf(generation: number): readonly string[] {
    const states = this.reports.flatMap(({ update }) =>
      update?.generation === generation ? [update.state as string] : [],
    );
    return states.filter((state, i) => state !== states[i - 1]);
  }

  /** Waits until the update of an assignment has ended so. */
  ended(generation: number, state: string): Promise<void> {
    return until(() => this.statesOf(generation).at(-1) === state);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
  async health(): Promise<any> {
    return (await fetch(`http://127.0.0.1:${this.http}/healthz`)).json();
  }
}
