import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@edgeloop/disk';
import {
  decodeSafetensors,
  OnnxError,
  safetensorsMetadata,
  saveSafetensors,
  type TrainingEngine,
  type Weights,
} from '@edgeloop/onnx';
import { TrainerError } from '../errors.ts';
import { type Checkpoint, fromNotes, toNotes } from './checkpoint.ts';

export interface RunOptions {
  readonly folder: string;
  /** Goes on from the checkpoint that is there. */
  readonly resume: boolean;
  /** Without `resume`: begins anew where a checkpoint is. */
  readonly force: boolean;
}

/** Weights after an epoch, from 1. */
export interface EpochWeights {
  readonly epoch: number;
  readonly weights: Weights;
}

const CHECKPOINT = 'checkpoint.safetensors';
const bestFile = (epoch: number) => `best-${epoch}.safetensors`;
/** What is of no use once the package is there. */
const PASSING = /^(checkpoint|best-\d+)\.safetensors/;

/**
 * The folder of one fit. While it trains: `checkpoint.safetensors`, all that later steps depend on,
 * and `best-<epoch>.safetensors`, the weights that the checkpoint calls the best. Each is whole or
 * not there.
 */
export class RunFolder {
  readonly path: string;
  #saved: Checkpoint | null;
  #replaces: boolean;
  /** Epoch of the best weights that this process wrote. */
  #savedBest: number | null = null;

  private constructor(path: string, saved: Checkpoint | null, replaces: boolean) {
    this.path = path;
    this.#saved = saved;
    this.#replaces = replaces;
  }

  /**
   * By force, an unfinished run stays until `begin`: a mistyped option must not cost hours of
   * training.
   * @throws TrainerError `RUN_UNFINISHED` where a checkpoint is and neither `resume` nor `force`;
   * `CHECKPOINT_REFUSED`.
   */
  static async open({ folder, resume, force }: RunOptions): Promise<RunFolder> {
    await makeFolder(folder);
    const unfinished = (await readdir(folder)).includes(CHECKPOINT);
    if (unfinished && !resume && !force) {
      throw new TrainerError(
        'RUN_UNFINISHED',
        `Expected no unfinished run in ${folder}, received one. Go on with it by --resume, begin anew by --force, or choose another --out or --run.`,
      );
    }
    const goesOn = unfinished && resume;
    const saved = goesOn ? await readCheckpoint(join(folder, CHECKPOINT)) : null;
    const run = new RunFolder(folder, saved, unfinished && !resume);
    await run.#remove(
      (file) => PASSING.test(file) && !(unfinished && file.endsWith('.safetensors')),
    );
    return run;
  }

  /** Before it trains: what it replaces goes. */
  async begin(): Promise<void> {
    if (!this.#replaces) return;
    this.#replaces = false;
    await this.discard();
  }

  /** The last checkpoint; null where none was written yet. */
  get saved(): Checkpoint | null {
    return this.#saved;
  }

  /** @param best Weights to keep beside it, the best so far. */
  async save(
    engine: TrainingEngine,
    checkpoint: Checkpoint,
    best: EpochWeights | null,
  ): Promise<void> {
    // Best first: no checkpoint speaks of weights that are not there.
    if (best) await this.#saveBest(best);
    await engine.save(join(this.path, CHECKPOINT), toNotes(checkpoint));
    this.#saved = checkpoint;
    const kept = best && bestFile(best.epoch);
    await this.#remove((file) => /^best-/.test(file) && file !== kept);
  }

  /**
   * Brings the engine to where the last checkpoint left it.
   * @throws TrainerError `CHECKPOINT_REFUSED` for a damaged one
   */
  async restore(engine: TrainingEngine): Promise<void> {
    const path = join(this.path, CHECKPOINT);
    if (this.#saved) await engine.restore(path).catch(refuseDamaged(path));
  }

  /** @throws TrainerError `CHECKPOINT_REFUSED` for a damaged file */
  async best(epoch: number): Promise<EpochWeights> {
    const path = join(this.path, bestFile(epoch));
    const bytes = await readFile(path);
    try {
      return { epoch, weights: decodeSafetensors(bytes).tensors };
    } catch (error) {
      return refuseDamaged(path)(error);
    }
  }

  /**
   * After an end that may have come while a checkpoint was being written: one that is whole is
   * there to go on from, and without one nothing stays. A run that was to be replaced, and was not,
   * stays as it is.
   */
  async settle(): Promise<void> {
    if (this.#saved || this.#replaces) return;
    const path = join(this.path, CHECKPOINT);
    if ((await readdir(this.path)).includes(CHECKPOINT)) {
      this.#saved = await readCheckpoint(path);
    } else await this.discard();
  }

  /** Nothing more to go on from, of this run; the folder stays if anything is left in it. */
  async discard(): Promise<void> {
    if (this.#replaces) return;
    this.#saved = null;
    // Checkpoint first: none speaks of best weights that are gone.
    await rm(join(this.path, CHECKPOINT), { force: true });
    await this.#remove((file) => PASSING.test(file));
  }

  /** Leaves no empty folder behind. */
  async close(): Promise<void> {
    await rmdir(this.path).catch(() => {});
  }

  async #saveBest({ epoch, weights }: EpochWeights): Promise<void> {
    if (epoch === this.#savedBest) return;
    await saveSafetensors(join(this.path, bestFile(epoch)), { tensors: weights, metadata: {} });
    this.#savedBest = epoch;
  }

  async #remove(chosen: (file: string) => boolean): Promise<void> {
    for (const file of (await readdir(this.path)).filter(chosen)) {
      await rm(join(this.path, file), { force: true });
    }
  }
}

async function readCheckpoint(path: string): Promise<Checkpoint> {
  return fromNotes(await safetensorsMetadata(path).catch(refuseDamaged(path)), path);
}

/**
 * `WEIGHTS_INVALID` is said of weights that a person chose. A damaged checkpoint means that the run
 * can't go on, and a job begins anew.
 */
function refuseDamaged(path: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof OnnxError && error.code === 'WEIGHTS_INVALID')) throw error;
    const message = `Expected a whole checkpoint at ${path}, received a damaged one: ${error.message} Begin anew by --force.`;
    throw new TrainerError('CHECKPOINT_REFUSED', message, { cause: error });
  };
}
