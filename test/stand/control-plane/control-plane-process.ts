import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { DeviceCredential } from '@edgeloop/protocol';
import { DeviceKey } from '../fleet/device-key.ts';
import { PROGRAMS } from '../programs.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** `edgeloop-control-plane run` as a process of its own. */
export class ControlPlaneProcess {
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;
  token = '';
  stderr = '';
  apiPort = 0;
  mqttPort = 0;
  /** 0: it has none. */
  mqttTlsPort = 0;

  /**
   * Any free ports unless `args` say others.
   * @param env beside that of the test
   */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#args = args;
    this.#env = env;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.mqttPort}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Again on the same ports, once they are known. */
  async start(): Promise<void> {
    const ports = ['--port', String(this.apiPort), '--mqtt-port', String(this.mqttPort)];
    const child = fork(PROGRAMS.controlPlane, ['run', ...ports, ...this.#args], {
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...this.#env },
    });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    const lines = createInterface({ input: child.stdout! });
    const line = await Promise.race([
      once(lines, 'line').then(([text]) => text as string),
      once(child, 'exit').then(() => {
        throw new Error(`the control plane ended: ${this.stderr}`);
      }),
    ]);
    const { apiPort, mqttPort, mqttTlsPort, tokenFile } = JSON.parse(line);
    // A restored one has the tokens of the one that was copied, and no file of a new one.
    if (tokenFile) this.token = readFileSync(tokenFile, 'utf8').trim();
    this.apiPort = apiPort;
    this.mqttPort = mqttPort ?? 0;
    this.mqttTlsPort = mqttTlsPort ?? 0;
  }

  async kill(signal: NodeJS.Signals): Promise<{ code: number | null }> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return { code: null };
    const exit = once(child, 'exit');
    child.kill(signal);
    const [code] = await exit;
    return { code };
  }

  /** As when the program that started it dies. */
  async disconnect(): Promise<{ code: number | null }> {
    const exit = once(this.#child!, 'exit');
    this.#child?.disconnect();
    const [code] = await exit;
    return { code };
  }

  /** With the token that may do everything. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, ...init.headers };
    return fetch(`http://127.0.0.1:${this.apiPort}${path}`, { ...init, headers });
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  async post(path: string, body?: object): Promise<any> {
    const response = await this.fetch(path, {
      method: 'POST',
      ...(body && { headers: JSON_TYPE, body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Of a new enrolment token, for one device of a site. */
  async enrolmentToken(more: object = {}, site = 'works'): Promise<string> {
    const { secret } = await this.post('/api/enrolment-tokens', { name: 'a test', site, ...more });
    return secret;
  }

  /** Lets a device in. @returns what it connects with */
  async enrol(key: DeviceKey | string, site = 'works'): Promise<DeviceCredential['credential']> {
    const device = typeof key === 'string' ? new DeviceKey(key) : key;
    const token = await this.enrolmentToken({}, site);
    const answer: DeviceCredential = await this.post('/api/enrol', device.enrolment(token));
    return answer.credential;
  }

  /** A reader of all that devices of a site say. */
  async subscriber(name = 'test-reader', site = 'works'): Promise<DeviceCredential['credential']> {
    const { password } = await this.post('/api/subscribers', { name, sites: [site] });
    return { username: name, password };
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  async get(path: string): Promise<any> {
    const response = await this.fetch(path);
    return response.json();
  }

  /** Every stored detection that fits, in the order of storing. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  async detections(query = ''): Promise<any[]> {
    const found: unknown[] = [];
    for (let cursor = ''; ; ) {
      const page = await this.get(
        `/api/detections?order=stored&limit=1000${query}${cursor && `&cursor=${cursor}`}`,
      );
      found.push(...page.detections);
      if (page.next === cursor) return found;
      cursor = page.next;
    }
  }
}
