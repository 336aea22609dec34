import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../start/src/free-port.ts';
import { until } from '../until.ts';

/** For tap's `skip`: a word where Debian's mosquitto is missing. CI must have it. */
export const mosquittoMissing =
  process.env.CI !== 'true' &&
  ['mosquitto', 'mosquitto_sub', 'mosquitto_pub'].some(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  ) &&
  'needs mosquitto and mosquitto-clients';

export interface ReceivedMessage {
  readonly topic: string;
  readonly retained: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
  readonly message: any;
}

/** As whom one connects. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Debian's Mosquitto on a port of its own, which can be killed and come back on the same port. */
export class Mosquitto {
  readonly #settings: string;
  #process: ChildProcess | null = null;
  #subscribers: ChildProcess[] = [];
  port = 0;

  /** @param settings of mosquitto.conf, after those of its listener */
  constructor(settings = 'allow_anonymous true') {
    this.#settings = settings;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    const config = join(await mkdtemp(join(tmpdir(), 'mosquitto-')), 'mosquitto.conf');
    await writeFile(
      config,
      `listener ${this.port} 127.0.0.1\n${this.#settings}\npersistence false\nmax_queued_messages 0\n`,
    );
    this.#process = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
    while (!(await accepts(this.port))) await delay(20);
  }

  /** Without a word to its clients. */
  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    if (!process) return;
    process.kill('SIGKILL');
    await once(process, 'exit');
  }

  /** Reads its configuration files again. */
  reload(): void {
    this.#process?.kill('SIGHUP');
  }

  /** A foreign client that hears all that it may from now on, and what is retained. */
  async listen(as: Credentials | null = null, filter = '#'): Promise<ReceivedMessage[]> {
    const received: ReceivedMessage[] = [];
    const login = as ? ['-u', as.username, '-P', as.password] : [];
    const sub = ['mosquitto_sub', '-d', '-p', String(this.port), ...login, '-q', '1'];
    // Line by line: what it says of itself waits in its buffer otherwise.
    const client = spawn('stdbuf', ['-oL', ...sub, '-t', filter, '-F', '%r %t %p'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#subscribers.push(client);
    let subscribed = false;
    createInterface({ input: client.stdout }).on('line', (line) => {
      subscribed ||= line.startsWith('Subscribed');
      // The others are what it says of itself.
      if (!/^[01] /.test(line)) return;
      const [retained, topic = '', ...payload] = line.split(' ');
      const text = payload.join(' ');
      received.push({ topic, retained: retained === '1', message: text && JSON.parse(text) });
    });
    await until(() => subscribed);
    return received;
  }

  publish(topic: string, payload: string, retain: boolean): void {
    spawnSync('mosquitto_pub', [
      ...['-p', String(this.port), '-q', '1', '-t', topic, '-m', payload],
      ...(retain ? ['-r'] : []),
    ]);
  }

  async close(): Promise<void> {
    for (const client of this.#subscribers) client.kill('SIGKILL');
    await this.kill();
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    // A port that nobody listens on may connect to itself.
    socket.once('connect', () => settle(socket.localPort !== port));
    socket.on('error', () => settle(false));
    socket.setTimeout(500, () => settle(false));
  });
}
