import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Clock, stamp } from '../../clock.ts';
import { AgentError } from '../../errors.ts';
import type { CameraSource, FrameSink } from '../frame.ts';
import type { CameraProgram } from './camera-program.ts';
import { type EndOfProgram, endProgram, watchProgram } from './watch-program.ts';

/** A camera, or a file, through a program of its own. */
export class ProgramSource implements CameraSource {
  readonly description: string;
  readonly #program: CameraProgram;
  readonly #clock: Clock;

  constructor(program: CameraProgram, clock: Clock) {
    this.description = program.description;
    this.#program = program;
    this.#clock = clock;
  }

  async run(sink: FrameSink, signal: AbortSignal): Promise<void> {
    const { names, finishes, expect } = this.#program;
    await expect?.();
    for (const name of names) {
      if (signal.aborted) return;
      const end = await this.#runOne(name, sink, signal);
      if (end === null || signal.aborted) return;
      if (end.missing) continue;
      if (end.status === 0 && finishes) return;
      throw this.#failed(name, end);
    }
    throw this.#missing();
  }

  /**
   * The process is gone when this returns: a camera serves one at a time.
   * @returns null where it was stopped
   */
  async #runOne(name: string, sink: FrameSink, signal: AbortSignal): Promise<EndOfProgram | null> {
    const { args, cut } = this.#program;
    const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const stopping = new AbortController();
    let wrongSize: AgentError | null = null;
    const ended = watchProgram(child, (said) => {
      wrongSize ??= this.#findWrongSize(name, said);
      if (wrongSize) stopping.abort();
    });
    const stop = () => stopping.abort();
    signal.addEventListener('abort', stop, { once: true });
    const stopped = once(stopping.signal, 'abort').then(async () => {
      await endProgram(child);
      // A process that hangs within the kernel never closes them.
      child.stdout.destroy();
      return null;
    });
    try {
      for await (const image of cut(child.stdout)) {
        if (stopping.signal.aborted) break;
        await sink.frame({ image, ...stamp(this.#clock) });
      }
      if (stopping.signal.aborted) await stopped;
      const how = await Promise.race([ended, stopped]);
      if (wrongSize) throw wrongSize;
      return how;
    } catch (error) {
      if (wrongSize) throw wrongSize;
      if (signal.aborted) return null;
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      await endProgram(child);
    }
  }

  #findWrongSize(name: string, said: string): AgentError | null {
    const { size, toldSize, description } = this.#program;
    const told = toldSize?.(said);
    if (!told || !size || (told.width === size.width && told.height === size.height)) return null;
    const message = `Expected ${size.width}x${size.height} from ${description}, received ${told.width}x${told.height} from ${name}: choose a size that the camera has.`;
    return new AgentError('SOURCE_RESIZED', message);
  }

  #failed(name: string, { status, killedBy, said }: EndOfProgram): AgentError {
    const { description, complaint, absent } = this.#program;
    const how = killedBy ? `it was ended by ${killedBy}` : `it ended with status ${status}`;
    const code = absent?.test(said) ? 'SOURCE_ABSENT' : 'SOURCE_FAILED';
    const message = `Expected ${name} to show ${description}, received: ${complaint(said) || how}`;
    return new AgentError(code, message);
  }

  #missing(): AgentError {
    const { description, names, install } = this.#program;
    const message = `Expected the program ${names.join(' or ')} for ${description}, found none: ${install}.`;
    return new AgentError('SOURCE_FAILED', message);
  }
}
