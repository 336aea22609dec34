import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder, writeDurably } from '@edgeloop/disk';
import type { LoadedPackage } from '@edgeloop/onnx';
import { type HeadReport, Ids, type Reason, type Sha256 } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import Type, { type Static } from 'typebox';
import { StateFile } from '../../state/state-file.ts';
import { decodeOverlay, encodeOverlay, type HeadOverlay, overlayDigest } from './head-overlay.ts';
import { tunedPackage } from './tuned-package.ts';

/** Which overlay decides, and over what. */
const Pointer = Type.Object({ base: Ids.sha256, variant: Type.String(), head: Ids.sha256 });
type Pointer = Static<typeof Pointer>;

/** A package with an overlay that is on disk, and does not decide before `point`. */
export interface PreparedHead {
  readonly loaded: LoadedPackage;
  readonly digest: Sha256;
  readonly overlay: HeadOverlay;
}

type Log = Pick<Logger, 'info' | 'warn' | 'error'>;

const OVERLAY = /^[0-9a-f]{64}\.(?:safetensors|onnx)$/;

/**
 * The tuned head of one slot on disk: `head.json` names the overlay that decides,
 * `<digest>.safetensors` is one, and `<digest>.onnx` the model that is made of it. One file is
 * renamed to change what decides: a kill at any point leaves the one or the other, whole. Bounded
 * by two overlays, the one that decides and the one that is to.
 */
export class SlotHead {
  readonly #folder: string;
  readonly #log: Log;
  readonly #pointer: StateFile<typeof Pointer>;
  #report: HeadReport | null = null;
  #problem: Reason | null = null;

  /** @param folder Of one slot, below the device's state. */
  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
    this.#pointer = new StateFile(join(folder, 'head.json'), Pointer);
  }

  /** Of the one that decides; null: the model's own does. */
  get report(): HeadReport | null {
    return this.#report;
  }

  /** Why one that is there does not decide; null: all is well. */
  get problem(): Reason | null {
    return this.#problem;
  }

  /**
   * What is to be run: the package with the head that was tuned over it, or as it is where there is
   * none, or it can't be used, which is told. One that was tuned over another package is dropped.
   */
  async applied(loaded: LoadedPackage): Promise<LoadedPackage> {
    this.#report = null;
    this.#problem = null;
    try {
      const pointer = await this.#pointer.readWhole();
      if (!pointer) return loaded;
      if (pointer.base !== loaded.digest || pointer.variant !== loaded.variant) {
        await this.#forget(pointer, 'it was tuned over another model');
        return loaded;
      }
      return await this.#open(pointer, loaded);
    } catch (error) {
      this.refuse(error as Error);
      return loaded;
    }
  }

  /** How the one that is there stands with a package, before it runs. Nothing is changed. */
  async look({ digest, variant }: LoadedPackage): Promise<Pick<SlotHead, 'report' | 'problem'>> {
    try {
      const pointer = await this.#pointer.readWhole();
      const fits = pointer?.base === digest && pointer.variant === variant;
      return {
        report: fits ? reportOf(pointer.head, await this.#read(pointer)) : null,
        problem: null,
      };
    } catch (error) {
      return { report: null, problem: unusable(error as Error) };
    }
  }

  /** The head that was applied can't be run: the model's own decides, and it is told. */
  refuse(error: Error): void {
    this.#report = null;
    this.#problem = unusable(error);
    this.#log.error({ error: error.message }, 'tuned head not used: the model decides by its own');
  }

  /**
   * Writes an overlay, and the model with it.
   * @throws OnnxError where it does not fit, Error of the file system
   */
  async prepare(overlay: HeadOverlay, loaded: LoadedPackage): Promise<PreparedHead> {
    await makeFolder(this.#folder);
    const bytes = encodeOverlay(overlay);
    const digest = overlayDigest(bytes);
    await writeDurably(this.#pathOf(digest, 'safetensors'), bytes);
    return { loaded: await this.#tuned(loaded, overlay, digest), digest, overlay };
  }

  /** From here on it decides, also after a restart. Durable when it resolves. */
  async point({ loaded, digest, overlay }: PreparedHead): Promise<void> {
    const { digest: base, variant } = loaded;
    await this.#pointer.write({ base, variant, head: digest });
    this.#report = reportOf(digest, overlay);
    this.#problem = null;
    this.#log.info({ model: base, head: digest }, 'tuned head decides');
  }

  /**
   * What no longer decides, and is no process's file, goes. Never rejects: where nobody can read
   * which decides, all stay.
   */
  async tidy(): Promise<void> {
    try {
      const pointer = await this.#pointer.readWhole();
      await this.#removeAllBut(pointer?.head ?? null);
    } catch (error) {
      this.#log.warn({ error: (error as Error).message }, 'old tuned heads not removed');
    }
  }

  /**
   * The model's own decides from the next start on. Files of a process that runs stay until `tidy`.
   * @returns whether there was another @throws Error of the file system
   */
  async drop(why: string): Promise<boolean> {
    const pointer = await this.#whatIsRead();
    const had = pointer !== null || this.#problem !== null;
    await this.#unpoint(pointer, why);
    return had;
  }

  /**
   * Another model decides: what was tuned over the one before goes. Never rejects: what stays on
   * disk goes at the next start.
   */
  async keepOnlyOver(model: Sha256): Promise<void> {
    const pointer = await this.#whatIsRead();
    if (pointer?.base === model || (!pointer && !this.#problem)) return;
    await this.#forget(pointer, 'another model decides').catch((error: Error) => {
      this.#log.warn({ error: error.message }, 'tuned head not removed: it goes at the next start');
    });
  }

  /** Null also where it can't be read: it goes all the same. */
  #whatIsRead(): Promise<Pointer | null> {
    return this.#pointer.read().catch(() => null);
  }

  async #open(pointer: Pointer, loaded: LoadedPackage): Promise<LoadedPackage> {
    const overlay = await this.#read(pointer);
    const tuned = await this.#tuned(loaded, overlay, pointer.head);
    this.#report = reportOf(pointer.head, overlay);
    return tuned;
  }

  async #read({ head: digest }: Pointer): Promise<HeadOverlay> {
    const bytes = await readFile(this.#pathOf(digest, 'safetensors'));
    const found = overlayDigest(bytes);
    if (found === digest) return decodeOverlay(bytes);
    throw new Error(`expected SHA-256 ${digest}, received ${found}: it is damaged.`);
  }

  #tuned(loaded: LoadedPackage, overlay: HeadOverlay, digest: Sha256): Promise<LoadedPackage> {
    return tunedPackage(loaded, overlay, digest, this.#pathOf(digest, 'onnx'));
  }

  async #forget(pointer: Pointer | null, why: string): Promise<void> {
    await this.#unpoint(pointer, why);
    await this.#removeAllBut(null);
  }

  async #unpoint(pointer: Pointer | null, why: string): Promise<void> {
    this.#report = null;
    this.#problem = null;
    if (pointer) {
      const { base, head } = pointer;
      this.#log.warn({ model: base, head, why }, 'tuned head dropped; its labels stay');
    }
    await rm(this.#pointer.path, { force: true });
    await syncFolder(this.#folder).catch(ignoreMissing);
  }

  async #removeAllBut(kept: Sha256 | null): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!OVERLAY.test(name) || (kept !== null && name.startsWith(kept))) continue;
      await rm(join(this.#folder, name), { force: true });
    }
  }

  #pathOf(digest: Sha256, extension: 'safetensors' | 'onnx'): string {
    return join(this.#folder, `${digest}.${extension}`);
  }
}

function unusable({ message }: Error): Reason {
  const text = `Expected the head that was tuned on this device to be usable: ${message} The model's own decides. Fit again, or drop it: edgeloop-agent head fit, head drop.`;
  return { code: 'HEAD_UNUSABLE', message: text.slice(0, 1000) };
}

/** Nothing was ever tuned. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

const reportOf = (digest: Sha256, { fittedAt, labelled, heldOut }: HeadOverlay): HeadReport => ({
  digest,
  fittedAt,
  labelled,
  heldOut,
});
