import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Throttling } from '@edgeloop/protocol';
import { ask } from './ask.ts';
import { parseThrottled } from './throttling.ts';

/**
 * By the kernel where it shows it, else by the firmware's own program. Null: neither says, as on
 * any that is no Raspberry Pi.
 */
export async function readThrottled(firmware: string): Promise<Throttling | null> {
  const devices = await readdir(firmware).catch(() => []);
  for (const device of devices) {
    const text = await readFile(join(firmware, device, 'get_throttled'), 'utf8').catch(() => '');
    const told = parseThrottled(text);
    if (told) return told;
  }
  return parseThrottled(await ask('vcgencmd', ['get_throttled']));
}
