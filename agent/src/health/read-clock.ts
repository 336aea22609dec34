import { stat } from 'node:fs/promises';
import { ask } from './ask.ts';

/** systemd-timesyncd makes it when it has set the clock. */
const SYNCHRONIZED = '/run/systemd/timesync/synchronized';

/**
 * Whether the clock was set by NTP since the boot. Null: the machine does not say.
 * @param file as timesyncd's
 */
export async function readClock(file = SYNCHRONIZED): Promise<boolean | null> {
  const there = await stat(file).then(
    () => true,
    () => false,
  );
  if (there) return true;
  // Another may keep the clock, such as chrony: the kernel knows, by timedated.
  const told = await ask('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  return told === 'yes' ? true : told === 'no' ? false : null;
}
