import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where Debian puts the Python that has its torch, beside the one that the path finds. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** A Python with PyTorch and torchvision; null where there is none. */
function findPython(): string | null {
  const has = (python: string) =>
    spawnSync(python, ['-c', 'import torch, torchvision']).status === 0;
  return PYTHONS.find(has) ?? null;
}

/**
 * A program in a process of its own, that answers one line of JSON with another, so that rounds can
 * take turns.
 */
export class Peer {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #end: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! });
    this.#end = once(this.#lines, 'close').then(() => {
      throw new Error('Expected an answer of the peer: it ended, see above.');
    });
    this.#end.catch(() => {});
  }

  /** @param args What it is started with; it reads requests line by line. */
  static program(command: string, ...args: readonly string[]): Peer {
    return new Peer(spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  /** PyTorch. Null, with a word, where it is missing. */
  static start(script: string, environment: Readonly<Record<string, string>> = {}): Peer | null {
    const python = findPython();
    if (python === null) {
      process.stderr.write(
        'PyTorch is not there: without the peer. Debian has it as python3-torchvision.\n',
      );
      return null;
    }
    const path = fileURLToPath(new URL(`./peers/${script}`, import.meta.url));
    const env = { ...process.env, ...environment };
    return new Peer(spawn(python, [path], { stdio: ['pipe', 'pipe', 'inherit'], env }));
  }

  async ask<Answer>(request: object): Promise<Answer> {
    const answer = once(this.#lines, 'line');
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const [line] = await Promise.race([answer, this.#end]);
    return JSON.parse(line) as Answer;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  close(): void {
    this.#child.kill();
  }
}
