import { MAX_SAMPLE_BYTES, type Sha256, type TaskId } from '@edgeloop/protocol';
import type { Artifacts } from '../../artifacts/artifacts.ts';
import { ControlPlaneError } from '../../errors.ts';
import { isClassName, MOST_CLASSES } from '../../labels/class-name.ts';
import type { LabelStore, Speaker } from '../../labels/label-store.ts';
import type { SampleStore } from '../../samples/sample-store.ts';
import type { Side } from '../../samples/side.ts';
import { takePicture } from '../../samples/take-picture.ts';
import type { TaskClasses } from '../task-classes.ts';
import { ImportTally } from './import-report.ts';
import type { LabelledPicture } from './label-studio-task.ts';
import type { ZipEntry } from './open-zip.ts';

export interface ImportParts {
  readonly samples: SampleStore;
  readonly labels: LabelStore;
  readonly artifacts: Artifacts;
  readonly classes: TaskClasses;
}

interface Imported {
  readonly side: Side | null;
  readonly prediction: LabelledPicture['prediction'];
}

/**
 * Takes pictures and labels of one import into a task. What is there already stays as it is, so
 * that an import that broke off is simply run again.
 */
export class DatasetImporter {
  readonly tally = new ImportTally();
  readonly #parts: ImportParts;
  readonly #task: TaskId;
  readonly #speaker: Speaker;
  readonly #known: Set<string>;

  private constructor(parts: ImportParts, task: TaskId, speaker: Speaker, classes: Set<string>) {
    this.#parts = parts;
    this.#task = task;
    this.#speaker = speaker;
    this.#known = classes;
  }

  /** @throws ControlPlaneError `NOT_FOUND` for a task that there is not */
  static async begin(parts: ImportParts, task: TaskId, by: string): Promise<DatasetImporter> {
    const classes = new Set(await parts.classes.classesOf(task));
    return new DatasetImporter(parts, task, { by, settles: false }, classes);
  }

  /**
   * Null, and told, where it is no picture.
   * @throws ControlPlaneError `STORAGE_FULL`, `STORE_FAILED`
   */
  async takePicture(entry: ZipEntry, { side, prediction }: Imported): Promise<Sha256 | null> {
    if (entry.bytes > MAX_SAMPLE_BYTES)
      return this.#skip(entry.path, 'larger than a sample may be');
    try {
      const { sha256, isNew } = await takePicture(this.#parts, this.#task, await entry.read(), {
        kind: 'import',
        by: this.#speaker.by,
        side,
        source: entry.path,
        model: prediction?.model ?? null,
        scores: prediction?.scores ?? {},
      });
      this.tally.count(isNew ? 'added' : 'known');
      return sha256;
    } catch (error) {
      if (isOfThePicture(error)) return this.#skip(entry.path, error.message);
      throw error;
    }
  }

  /** Whether the picture is here. */
  async seeKnown(sha256: Sha256, file: string, { prediction }: Imported): Promise<boolean> {
    const isHere = await this.#parts.samples.sight(this.#task, sha256, {
      kind: 'import',
      by: this.#speaker.by,
      side: null,
      source: file,
      model: prediction?.model ?? null,
      scores: prediction?.scores ?? {},
    });
    if (isHere) this.tally.count('known');
    return isHere;
  }

  /**
   * A class as the task has it, or would have it: composed, since macOS writes é as two characters.
   * Null, and told, where it can be none; nothing of the file is to be taken then.
   */
  className(text: string, file: string): string | null {
    const name = this.#known.has(text) ? text : text.normalize('NFC');
    if (this.#known.has(name)) return name;
    if (!isClassName(name)) {
      return this.#skip(
        file,
        `${JSON.stringify(name.slice(0, 100))} can not be the name of a class`,
      );
    }
    if (this.#known.size >= MOST_CLASSES) {
      return this.#skip(file, `a task has at most ${MOST_CLASSES} classes`);
    }
    return name;
  }

  /** Gives a picture its class, unless it has a label. @param name of `className` */
  async label(sha256: Sha256, name: string, file: string): Promise<void> {
    await this.#ensureClass(name);
    const word = { kind: 'class', class: name } as const;
    const { labels } = this.#parts;
    const before = await labels.sayIfUnlabelled(this.#task, sha256, word, this.#speaker);
    if (before === 'said') this.tally.count('labelled');
    else if (before.state !== 'class' || before.class !== name) {
      const there = before.state === 'class' ? before.class : before.state;
      this.tally.problem('conflicts', file, `is ${there} here, and ${name} in the import`);
    }
  }

  async #ensureClass(name: string): Promise<void> {
    if (this.#known.has(name)) return;
    await this.#parts.classes.addClasses(this.#task, [name]);
    this.#known.add(name);
    this.tally.addClass(name);
  }

  #skip(file: string, reason: string): null {
    this.tally.problem('skipped', file, reason);
    return null;
  }
}

function isOfThePicture(error: unknown): error is Error {
  if (!(error instanceof ControlPlaneError)) return false;
  return error.code === 'PICTURE_UNREADABLE' || error.code === 'IMPORT_INVALID';
}
