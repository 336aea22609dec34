import type { Throttling } from '@edgeloop/protocol';

/**
 * What the firmware of a Raspberry Pi says, in hexadecimal: bits 0 to 3 are now (too little
 * voltage, a capped frequency, throttled, the soft limit of temperature), bits 16 to 19 the same
 * since the boot. Source: raspberrypi/documentation, `vcgencmd get_throttled`.
 * @param text as in sysfs (`50005`) or as vcgencmd says it (`throttled=0x50005`)
 * @returns null for anything else
 */
export function parseThrottled(text: string): Throttling | null {
  const [, digits] = /^(?:throttled=)?(?:0x)?([0-9a-f]{1,8})$/i.exec(text.trim()) ?? [];
  if (digits === undefined) return null;
  const bits = Number.parseInt(digits, 16);
  return { ...flags(bits), sinceBoot: flags(bits >> 16) };
}

const flags = (bits: number) => ({
  underVoltage: (bits & 1) !== 0,
  frequencyCapped: (bits & 2) !== 0,
  throttled: (bits & 4) !== 0,
  softTemperatureLimit: (bits & 8) !== 0,
});

/** The machine is slower than it could be, now. */
export const isSlowed = (now: Throttling): boolean =>
  now.underVoltage || now.frequencyCapped || now.throttled || now.softTemperatureLimit;
