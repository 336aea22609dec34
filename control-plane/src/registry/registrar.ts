import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SerialQueue } from '@edgeloop/daemon';
import {
  checkPackageSizes,
  childModule,
  type ModelRefusal,
  vetPackage,
} from '@edgeloop/onnx/vetting';
import {
  type Bytes,
  bytes,
  type FileReference,
  type Manifest,
  type Millis,
  type Sha256,
  type Signature,
} from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import { ControlPlaneError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import { isClassName } from '../labels/class-name.ts';
import type { AnnouncedModel, ModelView, NewModel } from '../resources/model.ts';
import type { ModelStore } from './model-store.ts';
import type { PackageKeys } from './package-keys.ts';
import { readAnnouncement } from './read-announcement.ts';
import type { TaskStore } from './task-store.ts';

export interface RegistrarOptions {
  readonly models: ModelStore;
  readonly tasks: TaskStore;
  readonly artifacts: Artifacts;
  readonly keys: PackageKeys;
  readonly events: EventBus;
  /** Where a package is laid out for its check; emptied at the start. */
  readonly folder: string;
  /** Of each process that touches an unchecked model or its pictures. */
  readonly memoryCap: Bytes;
  readonly deadline: Millis;
}

/** Checks that wait for the one that runs; one more is refused. */
const MAX_WAITING = 16;

/** From a package that is announced to a model that is registered or refused. */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #queue = new SerialQueue();
  #waiting = 0;

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  /** Checks that the process before did not end begin again when they are asked for. */
  async start(): Promise<void> {
    await rm(this.#options.folder, { recursive: true, force: true });
    await mkdir(this.#options.folder, { recursive: true });
    await this.#options.models.giveUpChecks();
  }

  /** Waits for the check that runs. */
  async close(): Promise<void> {
    await this.#queue.idle();
  }

  /**
   * Takes the manifest, and says which of its files are missing. The same again changes nothing.
   * @throws ControlPlaneError `MANIFEST_REFUSED`, `SIGNATURE_REFUSED`, `NOT_FOUND` for the task,
   * `CONFLICT`, `DISK_FULL`
   */
  async announce(model: NewModel, createdBy: string): Promise<AnnouncedModel> {
    const { tasks, artifacts, keys, models } = this.#options;
    const { task, manifest: text, signature = null, parent = null, job = null } = model;
    const read = readAnnouncement(text);
    await keys.refresh();
    keys.check(read.bytes, signature);
    await tasks.view(task);
    const { digest, manifest, files } = read;
    await artifacts.write({ sha256: digest, bytes: bytes(read.bytes.length) }, [read.bytes]);
    const announced = { digest, task, text, manifest, files, signature, parent, job };
    try {
      const summary = await models.announce(announced, createdBy);
      return { model: summary, missing: await this.#missing(files) };
    } catch (error) {
      // A manifest that was refused is kept only where it was here before.
      await artifacts.remove(digest);
      throw error;
    }
  }

  /**
   * Checks a package that is here whole, one at a time, and registers or refuses it.
   * @throws ControlPlaneError `NOT_FOUND`, `MODEL_INCOMPLETE`, `CONFLICT` while it is being
   * checked, `TOO_BUSY`
   */
  async complete(digest: Sha256): Promise<ModelView> {
    const { models } = this.#options;
    const files = await models.files(digest);
    const before = await models.view(digest);
    if (before.state === 'registered') return before;
    const missing = await this.#missing(files);
    if (missing.length > 0) {
      throw new ControlPlaneError(
        'MODEL_INCOMPLETE',
        `Expected all ${files.length} files of ${digest}, received ${files.length - missing.length}: ${missing[0]?.path} is missing. Bring it by /api/uploads.`,
      );
    }
    if (this.#waiting >= MAX_WAITING) {
      const message = `Expected at most ${MAX_WAITING} checks to wait, received one more. Try again in a minute.`;
      throw new ControlPlaneError('TOO_BUSY', message);
    }
    if (!(await models.step(digest, 'begin'))) {
      const message = `Expected a model that is not being checked, received ${digest}. Ask for its state until it changes.`;
      throw new ControlPlaneError('CONFLICT', message);
    }
    this.#waiting += 1;
    await this.#queue.run(() => {
      this.#waiting -= 1;
      return this.#check(before, files);
    });
    return models.view(digest);
  }

  async #check(
    { digest, task, manifest }: ModelView,
    files: readonly FileReference[],
  ): Promise<void> {
    const { models, tasks, events } = this.#options;
    try {
      await this.#signatureOf(digest);
      const refusal = await this.#vet(manifest, files);
      if (refusal) {
        await models.step(digest, 'refuse', { refusal });
      } else {
        // Once more: the check took its time.
        const signature = await this.#signatureOf(digest);
        // A stranger's model may have others, which nobody could label; and as many as it has.
        const classes = manifest.classes.filter(isClassName);
        await tasks.addClasses(task, classes, Number.POSITIVE_INFINITY);
        await models.step(digest, 'pass', { signature });
      }
      const kind = refusal ? 'model.refused' : 'model.registered';
      events.publish({ kind, subject: { task, model: digest }, data: { reason: refusal } });
    } catch (error) {
      await models.step(digest, 'giveUp');
      throw error;
    }
  }

  /**
   * The signature that the model came with, or this control plane's. The key may have been taken
   * away since it was announced.
   * @throws ControlPlaneError `SIGNATURE_REFUSED`
   */
  async #signatureOf(digest: Sha256): Promise<Signature> {
    const { models, keys } = this.#options;
    const { signature } = await models.view(digest);
    const manifest = Buffer.from(await models.manifestText(digest));
    await keys.refresh();
    keys.check(manifest, signature);
    return signature ?? keys.sign(manifest);
  }

  async #vet(manifest: Manifest, files: readonly FileReference[]): Promise<ModelRefusal | null> {
    const { folder, memoryCap, deadline, artifacts } = this.#options;
    const refusal = checkPackageSizes(manifest) ?? (await this.#checkLengths(files));
    if (refusal) return refusal;
    const directory = await mkdtemp(join(folder, 'package-'));
    try {
      for (const { path, sha256 } of files) {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await artifacts.layOut(sha256, join(directory, path));
      }
      const cropChild = childModule('crop-child', import.meta.url);
      return await vetPackage(manifest, { directory, cropChild, memoryCap, deadline });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  async #checkLengths(files: readonly FileReference[]): Promise<ModelRefusal | null> {
    const { artifacts } = this.#options;
    for (const file of files) {
      const size = await artifacts.find(file.sha256);
      if (size === file.bytes) continue;
      const message = `Expected ${file.bytes} bytes for ${file.path}, as the manifest says, received ${size}.`;
      return { code: 'PACKAGE', message };
    }
    return null;
  }

  async #missing(files: readonly FileReference[]): Promise<FileReference[]> {
    const { artifacts } = this.#options;
    const here = await Promise.all(files.map(({ sha256 }) => artifacts.find(sha256)));
    return files.filter((_file, i) => here[i] === null);
  }
}
