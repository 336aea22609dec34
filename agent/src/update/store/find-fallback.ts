import type { Sha256 } from '@edgeloop/protocol';
import { readAgain, readFailure } from '../../state/read-failure.ts';
import { runsBy } from '../machine/slot-record.ts';
import type { InstallStore } from './install-store.ts';
import type { SlotPackages } from './slot-packages.ts';

interface SlotFiles {
  readonly store: Pick<InstallStore, 'active' | 'known'>;
  readonly packages: Pick<SlotPackages, 'findFallback'>;
}

/**
 * What a slot runs that no update brought anything: the package that agent.yaml names. Where that
 * is missing the device still has what updates brought.
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
    const before = await fallbackBefore(store);
    if (!before) throw error;
    onMissing(error as Error);
    return before;
  }
}

/**
 * Null: nothing runs that an update brought. Of what is on its way `active` says nothing: that it
 * points there does not make it good, nor what is gone back to.
 */
async function fallbackBefore(store: SlotFiles['store']): Promise<Sha256 | null> {
  const record = await store.known();
  if (!record) return (await store.active())?.model ?? null;
  if (runsBy(record).generation === null) return null;
  const { good, previous } = record;
  const own = [good, previous].find((one) => one?.generation === null);
  return own?.model ?? good.model;
}
