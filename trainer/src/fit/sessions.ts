import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceProcess } from '@edgeloop/onnx';
import { seconds } from '@edgeloop/protocol';

/** The inference processes of one fit: all are gone when it ends, however it ends. */
export class Sessions {
  readonly #folder: string;
  readonly #threads: number;
  readonly #open = new Set<InferenceProcess>();

  private constructor(folder: string, threads: number, signal: AbortSignal) {
    this.#folder = folder;
    this.#threads = threads;
    signal.addEventListener('abort', () => void this.#closeAll());
  }

  static async begin(threads: number, signal: AbortSignal): Promise<Sessions> {
    return new Sessions(await mkdtemp(join(tmpdir(), 'edgeloop-fit-')), threads, signal);
  }

  /** A model until the fit ends. */
  async open(name: string, bytes: Uint8Array): Promise<InferenceProcess> {
    const modelPath = join(this.#folder, `${name}.onnx`);
    await writeFile(modelPath, bytes);
    const session = new InferenceProcess({
      modelPath,
      threads: this.#threads,
      deadline: seconds(300),
    });
    this.#open.add(session);
    await session.start();
    return session;
  }

  /** A model for as long as `work` takes: nothing is kept of it. */
  async during<T>(
    name: string,
    bytes: Uint8Array,
    work: (session: InferenceProcess) => Promise<T>,
  ): Promise<T> {
    const session = await this.open(name, bytes);
    try {
      return await work(session);
    } finally {
      await session.close();
      this.#open.delete(session);
    }
  }

  async close(): Promise<void> {
    await this.#closeAll();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((session) => session.close()));
  }
}
