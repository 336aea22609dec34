import type { Login } from './mqtt-packets.ts';

export interface LoadedDevice {
  readonly login: Login;
  /** `edgeloop/v1/works/pi-1`. */
  readonly prefix: string;
}

/** What the load's process is asked. */
export type LoadRequest =
  | {
      readonly kind: 'connect';
      readonly fleet: 'bare' | 'control plane';
      readonly port: number;
      readonly devices: readonly LoadedDevice[];
    }
  /** Connected and subscribed as an agent, and then without a word. */
  | { readonly kind: 'idle'; readonly port: number; readonly devices: readonly LoadedDevice[] }
  /** As fast as the windows let them. */
  | { readonly kind: 'full'; readonly fleet: 'bare' | 'control plane'; readonly seconds: number }
  /** So many results a second, of all devices in turn. */
  | {
      readonly kind: 'paced';
      readonly fleet: 'bare' | 'control plane';
      readonly seconds: number;
      readonly rate: number;
    };

export interface LoadAnswer {
  /** Results a second that were confirmed. */
  readonly confirmed: number;
  /** Results a second that a subscriber of the broker heard; 0: there is none. */
  readonly heard: number;
  /** Milliseconds from capture to confirmation. */
  readonly age: { readonly median: number; readonly p99: number; readonly most: number };
}
