import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AssignmentPurpose, Sha256 } from '@edgeloop/protocol';
import { StateFile } from '../../state/state-file.ts';
import { Installed, newSlotRecord, SlotRecord } from '../machine/slot-record.ts';

const PACKAGE = /^[0-9a-f]{64}$/;

export interface InstallStoreOptions {
  /** Of one slot, below the device's state. */
  readonly folder: string;
  /** Who says which packages stay; nothing is removed before each of them has. */
  readonly keepers: readonly AssignmentPurpose[];
}

/**
 * The packages of one slot: a folder each, named by digest; `active`, which names the one that decides; and `update.json`,
 * how its update stands. Bounded by what `retain` keeps: what is good, the one before, and the one on its way.
 */
export class InstallStore {
  readonly #options: InstallStoreOptions;
  readonly #active: StateFile<typeof Installed>;
  readonly #record: StateFile<typeof SlotRecord>;
  #made = false;
  readonly #kept = new Map<AssignmentPurpose, ReadonlySet<Sha256>>();

  constructor(options: InstallStoreOptions) {
    this.#options = options;
    this.#active = new StateFile(join(options.folder, 'active'), Installed);
    this.#record = new StateFile(join(options.folder, 'update.json'), SlotRecord);
  }

  /** Where a package is, or is to be. */
  folderOf(model: Sha256): string {
    return join(this.#options.folder, model);
  }

  /**
   * How things stand. A record that is damaged, or of another schema, costs the history: what `active` names goes on.
   * @param fallback What agent.yaml names.
   */
  async record(fallback: Sha256): Promise<SlotRecord> {
    const record = await this.#record.read();
    if (record) return record;
    const active = await this.active();
    return active ? { ...newSlotRecord(fallback), good: active } : newSlotRecord(fallback);
  }

  /** Durable when it resolves. @throws Error of the file system: the old one stays */
  async write(record: SlotRecord): Promise<void> {
    await this.#make();
    await this.#record.write(record);
  }

  /** What decided last. Null: nothing was ever activated, or it is not what it should be. */
  active(): Promise<Installed | null> {
    return this.#active.read();
  }

  /** Durable when it resolves; nothing is written where it points there. @throws Error of the file system: the old one stays */
  async point({ model, generation }: Installed): Promise<void> {
    if ((await this.active())?.model === model) return;
    await this.#make();
    await this.#active.write({ model, generation });
  }

  /** Removes every package that nobody keeps. */
  async retain(keeper: AssignmentPurpose, models: ReadonlySet<Sha256>): Promise<void> {
    this.#kept.set(keeper, models);
    const { folder, keepers } = this.#options;
    if (!keepers.every((one) => this.#kept.has(one))) return;
    const kept = new Set(keepers.flatMap((one) => [...(this.#kept.get(one) ?? [])]));
    for (const name of await this.#names()) {
      if (PACKAGE.test(name) && !kept.has(name as string as Sha256)) {
        await rm(join(folder, name), { recursive: true, force: true });
      }
    }
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#options.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async #make(): Promise<void> {
    if (this.#made) return;
    await mkdir(this.#options.folder, { recursive: true });
    this.#made = true;
  }
}
