import type { SignedRoot } from '@edgeloop/protocol';
import type { DesiredSource } from './desired-source.ts';

/** Which version of the root keys is the newest, for every device. */
export function rootSource(keys: { readonly chain: readonly SignedRoot[] }): DesiredSource {
  return {
    parts: ['root'],
    async read(devices) {
      const root = keys.chain.at(-1)?.signed.version;
      return new Map(root === undefined ? [] : devices.map((device) => [device, { root }]));
    },
  };
}
