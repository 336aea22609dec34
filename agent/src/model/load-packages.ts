import type { LoadedPackage } from '@edgeloop/onnx';
import type { SlotId } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import { runsBy } from '../update/machine/slot-record.ts';
import { slotFiles } from '../update/store/slot-files.ts';
import { checkClasses } from './check-classes.ts';

/**
 * The packages that the slots would run with this configuration, their files checked, and decide's class names with them.
 * Nothing is changed.
 * @throws ProtocolError `PACKAGE_…`, AgentError `CONFIG_INVALID`
 */
export async function loadPackages(config: Config): Promise<ReadonlyMap<SlotId, LoadedPackage>> {
  const packages = new Map<SlotId, LoadedPackage>();
  for (const [id, slot] of config.slots) {
    const files = slotFiles(config.state, id, slot);
    const record = await files.store.record(await files.packages.findFallback());
    const { model, generation } = runsBy(record);
    // Agent.yaml may name another package by now.
    const named = generation === null ? await files.packages.findFallback() : model;
    packages.set(id, await files.packages.load(named));
  }
  for (const [id, { slot, decide }] of config.cameras) {
    const { classes } = packages.get(slot) as LoadedPackage;
    checkClasses(`cameras.${id}.decide`, decide, classes);
  }
  return packages;
}
