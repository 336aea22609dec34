import { createHash } from 'node:crypto';

/**
 * The place of a device in a rollout, from 0 to 1: the same whenever and by whomever it is asked,
 * evenly spread, and in each rollout another, so that it is not always the same devices that go
 * first.
 */
export function placeOf(rollout: string, device: string): number {
  const digest = createHash('sha256').update(`${rollout}\n${device}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
