import type { Sha256 } from '@edgeloop/protocol';
import { readAgain, readFailure } from '../../state/read-failure.ts';
import type { InstallStore } from './install-store.ts';
import type { SlotPackages } from './slot-packages.ts';

interface SlotFiles {
  readonly store: Pick<InstallStore, 'active'>;
  readonly packages: Pick<SlotPackages, 'findFallback'>;
}

/**
 * What a slot runs that no update brought anything: the package that agent.yaml names. Where that is missing the device still has what updates brought.
 * @param onMissing told why it is
 * @throws ProtocolError `PACKAGE_FILE_MISSING`: there is nothing else
 */
export async function findFallback(
  { packages, store }: SlotFiles,
  onMissing: (error: Error) => void,
): Promise<Sha256> {
  try {
    return await readAgain(() => packages.findFallback());
  } catch (error) {
    if (readFailure(error) === 'scarce') throw error;
    const active = await store.active();
    if (!active) throw error;
    onMissing(error as Error);
    return active.model;
  }
}
