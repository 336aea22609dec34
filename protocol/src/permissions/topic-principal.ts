import type { DeviceId, SiteId } from '../ids.ts';

/** Who a broker's client was recognized as, as far as topics are concerned. */
export type TopicPrincipal =
  | { readonly kind: 'device'; readonly site: SiteId; readonly device: DeviceId }
  /**
   * Reads all that devices of these sites say and are told, and these devices wherever they are.
   * Writes nothing.
   */
  | {
      readonly kind: 'subscriber';
      readonly sites: readonly SiteId[];
      readonly devices: readonly DeviceId[];
    }
  | { readonly kind: 'control plane' };
