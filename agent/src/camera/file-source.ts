import { type ChildProcess, spawn } from 'node:child_process';
import type { SourceConfig } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import { type CameraSource, type Clock, type FrameSink, stamp } from './frame.ts';
import { parsePpm } from './ppm-parser.ts';

type FileConfig = Extract<SourceConfig, { kind: 'file' }>;

/** Of what ffmpeg complains about, the end is kept. */
const MAX_COMPLAINT = 2000;

/** A video file through ffmpeg. Without `loop` it finishes at the end of the file. */
export class FileSource implements CameraSource {
  readonly description: string;
  readonly #config: FileConfig;
  readonly #clock: Clock;
  readonly #program: string;

  constructor(config: FileConfig, clock: Clock, program = 'ffmpeg') {
    this.description = `file ${config.path}`;
    this.#config = config;
    this.#clock = clock;
    this.#program = program;
  }

  async run(sink: FrameSink, signal: AbortSignal): Promise<void> {
    const child = spawn(this.#program, ffmpegArguments(this.#config), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = () => child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    const ended = watchEnd(child);
    try {
      for await (const image of parsePpm(child.stdout)) {
        if (signal.aborted) break;
        await sink.frame({ image: { kind: 'raw', ...image }, ...stamp(this.#clock) });
      }
      const failure = await ended;
      if (failure && !signal.aborted) throw this.#failed(failure);
    } finally {
      signal.removeEventListener('abort', kill);
      kill();
    }
  }

  #failed({ missing, complaint }: EndOfProgram): AgentError {
    const message = missing
      ? `Expected the program ${this.#program} for ${this.#config.path}, found none: install ffmpeg.`
      : `Expected ${this.#program} to read ${this.#config.path}, received: ${complaint}`;
    return new AgentError('SOURCE_FAILED', message);
  }
}

/** An argument array, never a shell. */
function ffmpegArguments({ path, loop, frameRate, pace }: FileConfig): string[] {
  return [
    ...['-hide_banner', '-loglevel', 'error', '-nostdin'],
    ...(pace === 'realtime' ? ['-re'] : []),
    ...(loop ? ['-stream_loop', '-1'] : []),
    // `file:` so that a path with a colon, or one that begins with a dash, is a path.
    ...['-i', `file:${path}`, '-an', '-sn'],
    ...(frameRate === null ? ['-fps_mode', 'passthrough'] : ['-vf', `fps=${frameRate}`]),
    ...['-f', 'image2pipe', '-c:v', 'ppm', '-pix_fmt', 'rgb24', '-'],
  ];
}

interface EndOfProgram {
  readonly missing: boolean;
  readonly complaint: string;
}

/** Null: it ended well. */
function watchEnd(child: ChildProcess): Promise<EndOfProgram | null> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-MAX_COMPLAINT);
  });
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ missing: error.code === 'ENOENT', complaint: error.message }),
    );
    child.once('close', (code, killedBy) => {
      const how = killedBy ? `it was ended by ${killedBy}` : `status ${code}`;
      resolve(code === 0 ? null : { missing: false, complaint: complaint.trim() || how });
    });
  });
}
