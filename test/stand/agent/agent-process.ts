import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Colour, picture, writeColourPackage } from '../models/colour-package.ts';
import { PROGRAMS } from '../programs.ts';

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How a service manager starts a program. */
interface Service {
  readonly launcher: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The Node that runs it. */
  readonly node: string;
  /** What that is told before the program. */
  readonly nodeArgs: readonly string[];
  readonly program: string;
}

/** `edgeloop-agent` as a process of its own. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<ProcessEnd>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], service: Partial<Service> = {}) {
    const { launcher = [], env = {}, node = process.execPath, nodeArgs = [] } = service;
    const { program = PROGRAMS.agent } = service;
    const [first, ...all] = [...launcher, node, ...nodeArgs, program, ...args];
    this.#child = spawn(first as string, all, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      if (code) process.stderr.write(this.stderr);
      return { code, signal };
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): Promise<ProcessEnd> {
    this.#child.kill(signal);
    return this.ended;
  }
}

/** A folder with a package, pictures and a configuration. */
export class AgentFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<AgentFolder> {
    const path = await mkdtemp(join(tmpdir(), 'edgeloop-agent-'));
    await writeColourPackage(join(path, 'package'));
    await mkdir(join(path, 'pictures'));
    return new AgentFolder(path);
  }

  /** Pictures by number: `0000.jpg`, `0001.jpg`, … */
  async addPictures(colours: readonly Colour[]): Promise<void> {
    for (const [i, colour] of colours.entries()) {
      await this.addFile(`${String(i).padStart(4, '0')}.jpg`, await picture(colour));
    }
  }

  async addFile(name: string, bytes: Uint8Array): Promise<void> {
    await writeFile(join(this.path, 'pictures', name), bytes);
  }

  /**
   * `agent.yaml` with the pictures in `frame` mode, each once; `changes` replace its top-level
   * keys.
   */
  async configure(url: string, changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const file = join(this.path, 'agent.yaml');
    const config = {
      site: 'works',
      device: 'pi-1',
      state: 'state',
      broker: { url },
      slots: { main: { package: 'package' } },
      cameras: {
        cam0: {
          slot: 'main',
          source: { kind: 'directory', path: 'pictures', pace: 'every' },
          decide: { mode: 'frame' },
        },
      },
      http: 'off',
      ...changes,
    };
    // JSON is YAML.
    await writeFile(file, JSON.stringify(config, null, 2));
    return file;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
