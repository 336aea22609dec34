import type { CameraId, DeviceId, EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import { SIDES, type Side } from '../samples/side.ts';
import type { DatasetEntry } from './fingerprint.ts';

export type SideCounts = Readonly<Record<Side, number>>;

export interface DatasetCounts extends SideCounts {
  /** Of the test side: drawn at random by devices. */
  readonly unbiased: number;
  readonly byClass: Readonly<Record<string, SideCounts>>;
}

/** One frozen sample: with it, lineage from a model's dataset to the camera has an answer. */
export interface FrozenSample extends DatasetEntry {
  readonly unbiased: boolean;
  /** Who saw it first; null: it was imported. */
  readonly device: DeviceId | null;
  readonly camera: CameraId | null;
  /** The picture is gone with its device; null: it is here. */
  readonly removedAt: EpochMillis | null;
}

export interface DatasetVersion {
  readonly task: TaskId;
  readonly number: number;
  readonly fingerprint: Sha256;
  readonly createdAt: EpochMillis;
  readonly createdBy: string;
  readonly classes: readonly string[];
  readonly counts: DatasetCounts;
  /**
   * Samples whose pictures are gone. The fingerprint is that of all, and each picture that is left
   * has its digest.
   */
  readonly removed: number;
  /** Samples whose pictures are here, by class; a class without any is in it, too. */
  readonly present: Readonly<Record<string, SideCounts>>;
}

/** Counts samples as they come by. */
export class DatasetCounter {
  #unbiased = 0;
  readonly #byClass = new Map<string, Record<Side, number>>();

  add({ label, side, unbiased }: DatasetEntry & { readonly unbiased: boolean }): void {
    const ofClass = this.#byClass.get(label) ?? { train: 0, validation: 0, test: 0 };
    ofClass[side] += 1;
    this.#byClass.set(label, ofClass);
    if (unbiased) this.#unbiased += 1;
  }

  /** @param classes The order of the task; those without a sample are left out. */
  counts(classes: readonly string[]): DatasetCounts {
    const present = classes.filter((name) => this.#byClass.has(name));
    const of = (name: string) => this.#byClass.get(name) as SideCounts;
    const sum = (side: Side) => present.reduce((total, name) => total + of(name)[side], 0);
    const [train, validation, test] = SIDES.map(sum) as [number, number, number];
    return {
      train,
      validation,
      test,
      unbiased: this.#unbiased,
      byClass: Object.fromEntries(present.map((name) => [name, of(name)])),
    };
  }
}
