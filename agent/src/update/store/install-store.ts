import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@edgeloop/disk';
import type { Sha256 } from '@edgeloop/protocol';
import { StateFile } from '../../state/state-file.ts';
import { Installed, newSlotRecord, SlotRecord } from '../machine/slot-record.ts';

const PACKAGE = /^[0-9a-f]{64}$/;

/**
 * The packages of one slot: a folder each, named by digest; `active`, which names the one that
 * decides; and `update.json`, how its update stands. Bounded by what `retain` keeps: what is good,
 * the one before, and the one on its way.
 */
export class InstallStore {
  readonly #folder: string;
  readonly #active: StateFile<typeof Installed>;
  readonly #record: StateFile<typeof SlotRecord>;
  #made = false;

  /** @param folder Of one slot, below the device's state. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#active = new StateFile(join(folder, 'active'), Installed);
    this.#record = new StateFile(join(folder, 'update.json'), SlotRecord);
  }

  /** Where a package is, or is to be. */
  folderOf(model: Sha256): string {
    return join(this.#folder, model);
  }

  /**
   * State of the slot. A record that is damaged, or of another schema, costs the history: what
   * `active` names goes on. One that can't be read does not: `active` may be on trial.
   * @param fallback What agent.yaml names.
   * @throws AgentError `STATE_UNUSABLE`
   */
  async record(fallback: Sha256): Promise<SlotRecord> {
    const record = await this.known();
    if (record) return record;
    const active = await this.active();
    return active ? { ...newSlotRecord(fallback), good: active } : newSlotRecord(fallback);
  }

  /**
   * What is written of it. Null: nothing, or nothing that can be made out.
   * @throws AgentError `STATE_UNUSABLE`
   */
  known(): Promise<SlotRecord | null> {
    return this.#record.read();
  }

  /** Durable when it resolves. @throws Error of the file system: the old one stays */
  async write(record: SlotRecord): Promise<void> {
    await this.#make();
    await this.#record.write(record);
  }

  /**
   * What decided last. Null: nothing was ever activated, or it is not what it should be.
   * @throws AgentError `STATE_UNUSABLE`
   */
  active(): Promise<Installed | null> {
    return this.#active.read();
  }

  /**
   * Durable when it resolves; nothing is written where it points there.
   * @throws Error of the file system: the old one stays
   */
  async point({ model, generation }: Installed): Promise<void> {
    // Where that can't be read it is written.
    if ((await this.active().catch(() => null))?.model === model) return;
    await this.#make();
    await this.#active.write({ model, generation });
  }

  /** Removes every other package. */
  async retain(models: ReadonlySet<Sha256>): Promise<void> {
    for (const name of await this.#names()) {
      if (PACKAGE.test(name) && !models.has(name as string as Sha256)) {
        await rm(join(this.#folder, name), { recursive: true, force: true });
      }
    }
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async #make(): Promise<void> {
    if (this.#made) return;
    await makeFolder(this.#folder);
    this.#made = true;
  }
}
