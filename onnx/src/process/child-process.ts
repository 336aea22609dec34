import { type ChildProcess as NodeChild, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bytes, Millis } from '@edgeloop/protocol';
import { isOnnxCode, OnnxError } from '../errors.ts';
import { messageChannel, type Send, socketChannel } from './child-channel.ts';
import { isResponse } from './child-requests.ts';
import { MOST_OF_STRANGERS } from './frames.ts';
import { capped } from './memory-cap.ts';
import { runInBackground } from './run-in-background.ts';

/** How a child ended by itself: the `cause` of `SESSION_FAILED`. */
export interface ChildEnd {
  readonly signal?: NodeJS.Signals;
}

/**
 * What a child threw that is no error of this package, such as `ENOSPC` of a full disk: the `cause`
 * of `SESSION_FAILED`.
 */
export class ChildError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The `cause` of `SESSION_FAILED` where a child ended while it was busy with another request: this
 * one may be asked again.
 */
export const NOT_BEGUN = new Error('The child ended before it came to this request.');

interface Pending {
  resolve(response: unknown): void;
  reject(error: Error): void;
  readonly deadline: Millis | undefined;
  timer: NodeJS.Timeout | null;
}

/**
 * A child process that answers requests: native code that blocks or crashes does so there. `run()`
 * of the runtime blocks its thread, and a worker thread that is ended during one takes the whole
 * process with it.
 */
export class ChildProcess {
  readonly #module: string;
  readonly #output: 'ignore' | 2;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #memoryCap: Bytes | undefined;
  readonly #background: boolean;
  readonly #blocking: boolean;
  readonly #nodeArgs: readonly string[];
  #child: NodeChild | null = null;
  /** How the last ended by itself; null: it runs, or was closed. */
  #lost: OnnxError | null = null;
  /** To that child. */
  #send: Send = () => {};
  /** In the order in which the child answers them. */
  #pending = new Map<number, Pending>();
  #nextId = 1;

  /**
   * @param module The child's program, as `childModule` finds it.
   * @param quiet What libraries write to the terminal is no use to anyone.
   * @param environment Variables beside those of this process.
   * @param memoryCap Bytes that it may write to beside what V8 maps for its code, as the kernel
   * limits them (RLIMIT_DATA, which does not count address space that is only reserved). A child
   * that needs a cap is not trusted: it gets nothing of this process's environment, either.
   * @param background It has what others leave of the processor.
   * @param blocking It waits for requests and does nothing else (`serveBlocking`): they take a
   * shorter way, and bytes with them.
   * @param nodeArgs What its Node is told.
   */
  constructor(
    module: URL,
    {
      quiet = false,
      environment = {},
      memoryCap,
      background = false,
      blocking = false,
      nodeArgs = [],
    }: {
      quiet?: boolean;
      environment?: Record<string, string>;
      memoryCap?: Bytes | undefined;
      background?: boolean;
      blocking?: boolean;
      nodeArgs?: readonly string[];
    } = {},
  ) {
    this.#module = fileURLToPath(module);
    this.#environment = environment;
    this.#memoryCap = memoryCap;
    this.#background = background;
    this.#blocking = blocking;
    this.#nodeArgs = nodeArgs;
    this.#output = quiet ? 'ignore' : 2;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  start(): void {
    const output = this.#output;
    // Large messages are garbage at once, but not to a heap that hardly grows: see collectGarbage.
    const inherited = this.#module.endsWith('.ts') ? process.execArgv : [];
    const execArgv = [...inherited, '--expose-gc', ...this.#nodeArgs];
    const program = [process.execPath, ...execArgv, this.#module];
    const cap = this.#memoryCap;
    const [command = '', ...args] = cap === undefined ? program : capped(program, cap);
    const child = spawn(command, args, {
      serialization: 'advanced',
      stdio: ['ignore', output, output, this.#blocking ? 'pipe' : 'ipc'],
      env: { ...(cap === undefined ? process.env : SAFE_ENVIRONMENT), ...this.#environment },
    });
    this.#child = child;
    this.#lost = null;
    const open = this.#blocking ? socketChannel : messageChannel;
    this.#send = open(child, {
      most: cap === undefined ? undefined : MOST_OF_STRANGERS,
      answer: (message) => this.#settle(child, message),
      broken: (reason) => this.#giveUp(child, reason),
    });
    child.on('error', (cause) => this.#fail(child, `could not be started: ${cause.message}`));
    child.on('exit', (code, signal) =>
      this.#fail(child, signal ? `was ended by ${signal}` : `ended with status ${code}`, {
        ...(signal && { signal }),
      }),
    );
    if (this.#background && child.pid !== undefined) runInBackground(child.pid);
  }

  /**
   * Several may be on their way: the child does one after another.
   * @param deadline The child is killed when it has not answered by then, counted from the answer
   * to the request before.
   * @param bytes For a child that is `blocking`, one after another; not to be changed before the
   * answer.
   * @throws OnnxError `SESSION_DEADLINE`, `SESSION_FAILED` when the child dies, or died while
   * nothing was asked of it, with the cause `NOT_BEGUN` when that was for another request; or what
   * the child threw.
   */
  request(
    request: unknown,
    deadline?: Millis,
    bytes: readonly Uint8Array[] = [],
  ): Promise<unknown> {
    const child = this.#child;
    if (!child) {
      const closed = new OnnxError('SESSION_CLOSED', 'Expected a running child process.');
      return Promise.reject(this.#lost ?? closed);
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, deadline, timer: null });
      this.#watchFirst(child);
      // Of one that was not started, `error` tells.
      if (child.pid === undefined) return;
      this.#send({ id, request }, bytes);
    });
  }

  /** Ends the child at once and waits until it is gone. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#lost = null;
    if (!child) return;
    // One that was not started has no end.
    const gone = child.pid !== undefined && new Promise((resolve) => child.once('exit', resolve));
    this.#reject(new OnnxError('SESSION_CLOSED', 'The session was closed before it answered.'));
    this.#child = null;
    end(child);
    await gone;
  }

  #settle(child: NodeChild, message: unknown): void {
    // What one that was given up had still written answers nothing that the next one is asked.
    if (this.#child !== child) return;
    if (!isResponse(message)) {
      this.#giveUp(child, 'is not to be understood: Expected a response or a failure.');
      return;
    }
    const pending = this.#take(message.id);
    if (!pending) return;
    if ('response' in message) pending.resolve(message.response);
    else pending.reject(thrownBy(message.failure));
    this.#watchFirst(child);
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending?.timer) clearTimeout(pending.timer);
    return pending;
  }

  /** The time of the request that the child does now begins. */
  #watchFirst(child: NodeChild): void {
    const [first] = this.#pending.values();
    if (first?.deadline === undefined || first.timer) return;
    const { deadline } = first;
    first.timer = setTimeout(() => this.#kill(child, deadline), deadline);
  }

  #kill(child: NodeChild, deadline: Millis): void {
    this.#child = null;
    end(child);
    this.#ended(
      new OnnxError(
        'SESSION_DEADLINE',
        `Expected an answer within ${deadline} ms, received none: the process was killed and will be started again. Is the machine overloaded, or the deadline too short for this model?`,
      ),
    );
  }

  #giveUp(child: NodeChild, reason: string): void {
    end(child);
    this.#fail(child, reason);
  }

  #fail(child: NodeChild, reason: string, cause: ChildEnd = {}): void {
    if (this.#child !== child) return;
    this.#child = null;
    const again =
      'It will be started again; if this repeats, the model or the processor is not one that the runtime supports.';
    const message = `The process that runs the model ${reason}. ${again}`;
    this.#lost = new OnnxError('SESSION_FAILED', message, { cause });
    this.#ended(this.#lost);
  }

  /** It was at the first request; the others it had not come to. */
  #ended(error: OnnxError): void {
    const [first] = this.#pending.keys();
    if (first !== undefined) this.#take(first)?.reject(error);
    this.#reject(new OnnxError('SESSION_FAILED', NOT_BEGUN.message, { cause: NOT_BEGUN }));
  }

  #reject(error: OnnxError): void {
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(error);
  }
}

/**
 * Node would send the signal for a child that could not be started to process 0: to all of its own
 * group.
 */
function end(child: NodeChild): void {
  if (child.pid !== undefined) child.kill('SIGKILL');
}

/** A code of another package, or of the system, is none that a command could end with. */
function thrownBy({ code, message }: { code: string; message: string }): OnnxError {
  if (isOnnxCode(code)) return new OnnxError(code, message);
  return new OnnxError('SESSION_FAILED', message, { cause: new ChildError(code, message) });
}

/** What a program needs to be found and to find its libraries. */
const SAFE_ENVIRONMENT = Object.fromEntries(
  ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** The URL of a child's program beside the module that starts it: from source or from `dist`. */
export function childModule(name: string, importMetaUrl: string): URL {
  return new URL(`./${name}.${importMetaUrl.endsWith('.ts') ? 'ts' : 'js'}`, importMetaUrl);
}
