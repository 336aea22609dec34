import { join } from 'node:path';
import type { SlotId } from '@edgeloop/protocol';
import type { SlotConfig } from '../../config/config.ts';
import { InstallStore } from './install-store.ts';
import { SlotPackages } from './slot-packages.ts';

/** What a slot has on disk. @param state Folder of the device's state. */
export function slotFiles(state: string, id: SlotId, config: SlotConfig) {
  const store = new InstallStore(join(state, 'models', id));
  return { store, packages: new SlotPackages(config, store) };
}
