import type { LoadedPackage } from '@edgeloop/onnx';
import type { SlotId } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import { runsBy } from '../update/machine/slot-record.ts';
import { findFallback } from '../update/store/find-fallback.ts';
import { slotFiles } from '../update/store/slot-files.ts';
import { checkClasses } from './check-classes.ts';

/**
 * The packages that the slots would run with this configuration, their files checked, and decide's
 * class names with them. Nothing is changed.
 * @param onMissing told of a slot whose package of agent.yaml is missing, and which runs what an
 * update brought
 * @throws ProtocolError `PACKAGE_…`, AgentError `CONFIG_INVALID`
 */
export async function loadPackages(
  config: Config,
  onMissing: (slot: SlotId, error: Error) => void = () => {},
): Promise<ReadonlyMap<SlotId, LoadedPackage>> {
  const packages = new Map<SlotId, LoadedPackage>();
  for (const [id, slot] of config.slots) {
    const files = slotFiles(config.state, id, slot);
    const { store, packages: onDisk } = files;
    const fallback = await findFallback(files, (error) => onMissing(id, error));
    const { model, generation } = runsBy(await store.record(fallback));
    // Agent.yaml may name another package by now.
    packages.set(id, await onDisk.load(generation === null ? fallback : model));
  }
  for (const [id, { slot, decide }] of config.cameras) {
    const { classes } = packages.get(slot) as LoadedPackage;
    checkClasses(`cameras.${id}.decide`, decide, classes);
  }
  return packages;
}
