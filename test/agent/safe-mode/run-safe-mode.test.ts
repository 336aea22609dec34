import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { freePort } from '../../../start/src/free-port.ts';
import { AgentFolder, AgentProcess } from '../../stand/agent/agent-process.ts';
import { Mosquitto, mosquittoMissing, type ReceivedMessage } from '../../stand/broker/mosquitto.ts';
import { NotifySocket, pythonMissing } from '../../stand/machine/notify-socket.ts';
import { until } from '../../stand/until.ts';

t.setTimeout(120_000);
const ROOT = 'edgeloop/v1/works/pi-1';
const SOURCE = { kind: 'synthetic', interval: '50ms' };

/** A broker, a listener, and a device whose agent.yaml may be wrong. */
class Stand {
  readonly broker = new Mosquitto();
  readonly folder: AgentFolder;
  received: ReceivedMessage[] = [];
  agent: AgentProcess | null = null;
  config = '';
  port = 0;

  private constructor(folder: AgentFolder) {
    this.folder = folder;
  }

  static async create(t: Test): Promise<Stand> {
    const stand = new Stand(await AgentFolder.create());
    await stand.broker.start();
    stand.received = await stand.broker.listen();
    stand.port = await freePort();
    await stand.configure();
    t.teardown(async () => {
      await stand.agent?.kill('SIGKILL');
      await stand.broker.close();
      await stand.folder.remove();
    });
    return stand;
  }

  async configure(changes: object = {}): Promise<void> {
    this.config = await this.folder.configure(this.broker.url, {
      cameras: { cam0: { slot: 'main', source: SOURCE, decide: { mode: 'frame' } } },
      health: { interval: '200ms' },
      http: { port: this.port },
      ...changes,
    });
  }

  start(socket?: NotifySocket): void {
    const service = socket?.service(2000) ?? { launcher: [], env: {} };
    const env = { ...service.env, STATE_DIRECTORY: join(this.folder.path, 'state') };
    const args = ['run', '--safe-mode', '--supervised', '--config', this.config];
    this.agent = new AgentProcess(args, { ...service, env });
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
  last(name: string): any {
    return this.received.findLast(({ topic }) => topic === `${ROOT}/${name}`)?.message;
  }

  runs(): boolean {
    return this.last('reported')?.cameras.cam0 !== undefined;
  }

  isSafe(): boolean {
    return this.last('reported')?.agentFile?.safeMode === true;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
  async ask(path: string): Promise<any> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`).catch(() => null);
    return response && { status: response.status, body: await response.json() };
  }

  want(version: number, settings: object, heard = false): void {
    const desired = {
      version: 10 * version + (heard ? 5 : 0),
      configuration: { version, settings, heard },
    };
    this.broker.publish(`${ROOT}/desired`, JSON.stringify(desired), true);
  }
}

t.test(
  'with a wrong agent.yaml a device runs nothing, is reached, says what is wrong, and goes on when it is mended',
  { skip: mosquittoMissing || pythonMissing },
  async (t) => {
    const stand = await Stand.create(t);
    await stand.configure({ halth: {}, outbox: { rows: 'many' } });
    const socket = await NotifySocket.open();
    t.teardown(() => socket.close());
    stand.start(socket);
    await until(() => stand.isSafe());
    const { agentFile, cameras, slots } = stand.last('reported');
    t.same([cameras, slots], [{}, {}], 'nothing runs');
    t.match(agentFile, {
      path: stand.config,
      total: 2,
      mistakes: [
        { key: 'halth', line: Number, message: /Did you mean "health"/ },
        { key: 'outbox.rows', line: Number, message: /received "many"/ },
      ],
    });
    const text = await readFile(stand.config, 'utf8');
    const line = text.split('\n').findIndex((one) => one.includes('"halth"')) + 1;
    t.ok(agentFile.mistakes.some((mistake: { line: number }) => mistake.line === line));
    t.equal(stand.last('status').state, 'online');
    await until(() => stand.last('health') !== undefined);
    t.match(stand.last('health'), { cameras: {}, models: {} });

    const { status, body } = await stand.ask('/healthz');
    t.equal(status, 503);
    t.match(body, {
      ok: false,
      safeMode: true,
      problems: [/^agent\.yaml:\d+: halth: unknown key/, /many/],
    });
    const page = (await stand.ask('/page/state')).body;
    t.match(page, { device: 'pi-1', agentFile, cameras: [] }, 'the page says the same words');
    const metrics = await (await fetch(`http://127.0.0.1:${stand.port}/metrics`)).text();
    t.match(metrics, /^edgeloop_agent_safe_mode 1$/m);

    await until(() => socket.told.some((told) => told.assignments.includes('WATCHDOG=1')));
    t.same(socket.told[0]?.assignments, ['READY=1'], 'it has started');
    const said = socket.told.flatMap(({ assignments }) => assignments);
    t.ok(said.some((one) => /^STATUS=Safe mode: agent\.yaml:\d+: halth: unknown key/.test(one)));

    await stand.configure({ halth: {} });
    await until(() => stand.last('reported').agentFile?.total === 1);
    t.ok(stand.isSafe(), 'still one');
    await stand.configure({ server: { url: 'https://edgeloop.lan:80800' } });
    await until(() => stand.last('reported').agentFile?.mistakes[0].key === 'server.url');
    t.ok(stand.isSafe(), 'an address that nobody can take apart does not end it');
    await stand.configure();
    await until(() => stand.runs() && stand.last('reported').agentFile === undefined);
    await until(() => stand.last('health')?.cameras.cam0?.classified > 0);
    t.equal((await stand.ask('/healthz')).status, 200);
    t.same(
      await stand.agent?.kill('SIGTERM'),
      { code: 0, signal: null },
      'the process never ended',
    );
  },
);

t.test(
  'what ran last is who it is without a file; the control plane can have that stand in, until a right file comes',
  { skip: mosquittoMissing },
  async (t) => {
    const stand = await Stand.create(t);
    stand.start();
    await until(() => stand.runs());
    const memory = join(stand.folder.path, 'state/agent-yaml.json');
    await until(
      async () =>
        await stat(memory).then(
          ({ size }) => size > 0,
          () => false,
        ),
    );
    t.equal((await stat(memory)).mode & 0o777, 0o600, 'it may hold a password');

    await writeFile(stand.config, 'site: [');
    void stand.agent?.kill('SIGHUP');
    await until(() => stand.last('reported').agentFile !== undefined);
    t.match(stand.last('reported'), { agentFile: { safeMode: false }, cameras: { cam0: {} } });
    t.match(
      (await stand.ask('/healthz')).body.problems,
      [/^agent\.yaml:1: /],
      'it runs on, and says so',
    );

    await stand.agent?.kill('SIGKILL');
    await rename(stand.config, `${stand.config}.away`);
    stand.received.length = 0;
    stand.start();
    await until(() => stand.isSafe());
    t.match(stand.last('reported').agentFile.mistakes, [
      { message: /Expected a readable configuration/ },
    ]);

    stand.want(1, { cameras: { cam0: { decide: { mode: 'often' } } } });
    await until(() => stand.last('reported').configuration?.state === 'refused');
    t.match(stand.last('reported'), {
      configuration: { version: 1, reason: { code: 'CONFIG_INVALID', message: /"often"/ } },
      agentFile: { safeMode: true },
    });
    stand.want(2, { log: { level: 'debug' } });
    await until(() => stand.runs() && stand.last('reported').configuration?.state === 'trying');
    t.match(stand.last('reported'), {
      configuration: { version: 2 },
      agentFile: { safeMode: false },
    });
    stand.want(2, { log: { level: 'debug' } }, true);
    await until(() => stand.last('reported').configuration?.state === 'applied');

    await stand.agent?.kill('SIGKILL');
    stand.received.length = 0;
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(stand.port, '127.0.0.1', resolve));
    t.teardown(() => other.close());
    stand.start();
    await until(() => stand.runs());
    t.match(
      stand.last('reported'),
      { agentFile: { safeMode: false } },
      'so it stays over a restart',
    );
    await until(() => stand.agent?.stdout.includes('Expected a free port for http') ?? false);

    await rename(`${stand.config}.away`, stand.config);
    await stand.configure();
    await until(() => stand.runs() && stand.last('reported').agentFile === undefined);
    t.notOk(stand.isSafe(), 'that another program has its port does not stop its cameras');
    await rm(memory);
    t.same(await stand.agent?.kill('SIGTERM'), { code: 0, signal: null });
  },
);
