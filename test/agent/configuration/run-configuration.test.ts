import { watch } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { freePort } from '../../../start/src/free-port.ts';
import { AgentFolder, AgentProcess } from '../../stand/agent/agent-process.ts';
import { Mosquitto, mosquittoMissing, type ReceivedMessage } from '../../stand/broker/mosquitto.ts';
import { LONG, notLong } from '../../stand/long.ts';
import { until } from '../../stand/until.ts';

t.setTimeout(120_000);
const ROOT = 'edgeloop/v1/works/pi-1';
const SOURCE = { kind: 'synthetic', interval: '50ms' };
/** What the settings change: visible in what is reported. */
const OCCURRENCES = { cameras: { cam0: { decide: { mode: 'occurrence' } } } };

/** A broker, an agent, and the test in the place of the control plane. */
class Stand {
  readonly broker = new Mosquitto();
  readonly config: string;
  readonly folder: AgentFolder;
  received: ReceivedMessage[] = [];
  agent: AgentProcess;

  private constructor(folder: AgentFolder, config: string) {
    this.folder = folder;
    this.config = config;
    this.agent = new AgentProcess(['--version']);
  }

  static async create(t: Test, trial: string): Promise<Stand> {
    const folder = await AgentFolder.create();
    const port = await freePort();
    const config = await folder.configure(`mqtt://127.0.0.1:${port}`, {
      cameras: { cam0: { slot: 'main', source: SOURCE, decide: { mode: 'frame' } } },
      configuration: { trial },
    });
    const stand = new Stand(folder, config);
    stand.broker.port = port;
    await stand.broker.start();
    stand.received = await stand.broker.listen();
    t.teardown(async () => {
      await stand.agent.kill('SIGKILL');
      await stand.broker.close();
      await folder.remove();
    });
    stand.startAgent();
    return stand;
  }

  startAgent(): void {
    this.agent = new AgentProcess(['run', '--config', this.config]);
  }

  /** Kills the agent, starts another, and waits until that one has reported. */
  async replaceAgent(): Promise<void> {
    await this.agent.kill('SIGKILL');
    const seen = this.reports.length;
    this.startAgent();
    await until(() => this.reports.length > seen);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
  get reports(): readonly any[] {
    return this.received.filter(({ topic }) => topic === `${ROOT}/reported`).map((r) => r.message);
  }

  get mode(): string {
    return this.reports.at(-1)?.cameras.cam0.mode;
  }

  get state(): string {
    if (this.reports.length === 0) return 'unknown';
    const { version, state } = this.reports.at(-1).configuration ?? {};
    return version === undefined ? 'none' : `${version} ${state}`;
  }

  want(version: number, settings: object | null, heard = false): void {
    const configuration = settings && { version: Math.floor(version), settings, heard };
    const desired = { version: 10 * version + (heard ? 5 : 0), ...(settings && { configuration }) };
    this.broker.publish(`${ROOT}/desired`, JSON.stringify(desired), true);
  }

  said(state: string): Promise<void> {
    return until(() => this.state === state);
  }
}

t.test('tried, heard of, kept, withdrawn', { skip: mosquittoMissing }, async (t) => {
  const stand = await Stand.create(t, '30s');
  await stand.said('none');
  t.equal(stand.mode, 'frame');
  const boot = stand.reports.at(-1).bootId;

  stand.want(1, OCCURRENCES);
  await stand.said('1 trying');
  // The parts that are about to end may say so, too; counters begin anew with the next.
  await until(() => stand.reports.at(-1).bootId !== boot);
  t.equal(stand.mode, 'occurrence');
  t.equal(stand.state, '1 trying');

  await stand.replaceAgent();
  t.equal(stand.state, '1 trying', 'a kill ends no trial');
  stand.want(1, OCCURRENCES, true);
  await stand.said('1 applied');
  t.equal(stand.mode, 'occurrence');

  stand.want(2, { device: 'pi-2', broker: { password: 'x' } });
  await stand.said('2 refused');
  const { reason } = stand.reports.at(-1).configuration;
  t.match(reason, { code: 'CONFIG_UNCHANGEABLE', message: /^device: .*\nbroker\.password: / });
  t.equal(stand.mode, 'occurrence', 'what was kept runs on');

  stand.want(3, { cameras: { cam0: { decide: { mode: 'occurrence', background: ['gren'] } } } });
  await stand.said('3 refused');
  t.match(stand.reports.at(-1).configuration.reason, {
    code: 'CONFIG_INVALID',
    message: /received "gren"\. Did you mean "green"/,
  });

  stand.want(4, null);
  await until(() => stand.mode === 'frame');
  await stand.said('none');
  const starts = () => stand.agent.stdout.split('"running"').length - 1;
  // What it says may come before what it logs.
  await until(() => starts() > 1);
  t.equal(starts(), 2, 'once at its start, once restarted');
  t.same(await stand.agent.kill('SIGTERM'), { code: 0, signal: null }, 'ends cleanly');
});

t.test(
  'what cuts it off, or does not start, is taken back',
  { skip: mosquittoMissing },
  async (t) => {
    const stand = await Stand.create(t, '500ms');
    await stand.said('none');
    const nowhere = { ...OCCURRENCES, broker: { url: 'mqtt://127.0.0.1:1' } };
    stand.want(1, nowhere);
    await stand.said('1 reverted');
    t.match(stand.reports.at(-1).configuration.reason, { code: 'CONFIGURATION_UNHEARD' });
    t.equal(stand.mode, 'frame');
    stand.want(1, nowhere, true);
    await delay(300);
    t.equal(stand.state, '1 reverted', 'it is not tried again');

    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    t.teardown(() => taken.close());
    const { port } = taken.address() as { port: number };
    stand.want(2, { http: { port } });
    await stand.said('2 reverted');
    t.match(stand.reports.at(-1).configuration.reason, { code: 'HTTP_UNAVAILABLE' });
    t.same(await stand.agent.kill('SIGTERM'), { code: 0, signal: null }, 'the process never ended');
  },
);

t.test(
  'what ends the process again and again is taken back',
  { skip: mosquittoMissing || notLong },
  async (t) => {
    const stand = await Stand.create(t, '30s');
    await stand.said('none');
    stand.want(1, OCCURRENCES);
    await stand.said('1 trying');
    await stand.replaceAgent();
    await stand.replaceAgent();
    t.equal(stand.state, '1 trying');
    await stand.replaceAgent();
    t.same([stand.state, stand.mode], ['1 reverted', 'frame']);
    t.match(stand.reports.at(-1).configuration.reason, { code: 'CONFIGURATION_CRASHED' });
  },
);

t.test('killed at each write of its state', { skip: mosquittoMissing }, async (t) => {
  const stand = await Stand.create(t, '30s');
  await stand.said('none');
  let writes = 0;
  /** Kills at the next change of the file, whether it is begun or done, and starts again. */
  const killAtWrite = async (name: string, act: () => void) => {
    const folder = watch(join(stand.folder.path, 'state'));
    const dead = new Promise<void>((resolve) => {
      folder.on('change', (_, changed) => {
        if (changed !== name) return;
        writes += 1;
        folder.close();
        void stand.agent.kill('SIGKILL').then(() => resolve());
      });
    });
    act();
    await dead;
    stand.startAgent();
  };
  const files = ['configuration.json', 'configuration.json.partial'].slice(0, LONG ? 2 : 1);
  for (const [i, name] of files.entries()) {
    const version = i + 1;
    const settings = { ...OCCURRENCES, log: { level: i === 0 ? 'debug' : 'info' } };
    await killAtWrite(name, () => stand.want(version, settings));
    await stand.said(`${version} trying`);
    t.equal(stand.mode, 'occurrence', `the trial goes on after ${name}`);
    await killAtWrite(name, () => stand.want(version, settings, true));
    await stand.said(`${version} applied`);
    t.equal(stand.mode, 'occurrence', `it is kept after ${name}`);
  }
  t.equal(writes, 2 * files.length);
});
