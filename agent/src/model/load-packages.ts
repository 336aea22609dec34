import { type LoadedPackage, loadPackage } from '@edgeloop/onnx';
import type { SlotId } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import { checkClasses } from './check-classes.ts';

/**
 * The packages of all slots, their files checked, and decide's class names with them.
 * @throws ProtocolError `PACKAGE_…`, AgentError `CONFIG_INVALID`
 */
export async function loadPackages(config: Config): Promise<ReadonlyMap<SlotId, LoadedPackage>> {
  const packages = new Map<SlotId, LoadedPackage>();
  for (const [id, slot] of config.slots) {
    packages.set(id, await loadPackage(slot.package, slot.variant));
  }
  for (const [id, { slot, decide }] of config.cameras) {
    const { classes } = packages.get(slot) as LoadedPackage;
    checkClasses(`cameras.${id}.decide`, decide, classes);
  }
  return packages;
}
