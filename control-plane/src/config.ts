import type { Bytes, HomeAssistantPrefix, Millis } from '@edgeloop/protocol';
import type { BrokerListeners } from './broker/embedded-broker.ts';
import type { PostgresUrl } from './database/postgres/connect-postgres.ts';
import type { RetentionBounds } from './retention/retention-bounds.ts';

export interface ControlPlaneConfig {
  /** The folder of all that it keeps; but for rows, where `database` has them. */
  readonly data: string;
  /** Of PostgreSQL; null: SQLite in `data`. */
  readonly database: PostgresUrl | null;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Files of the API's certificate and key, PEM; null: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly keys: KeysConfig;
  readonly broker:
    | { readonly kind: 'embedded'; readonly listeners: BrokerListeners }
    | {
        readonly kind: 'external';
        /** Of a cluster several, with commas between them. */
        readonly url: string;
        readonly ca: string | null;
        /** Where devices find it; null: where this process does. */
        readonly forDevices: string | null;
      };
  /** What devices say is stored by this process, or by others with a lease. */
  readonly ingest: 'within' | 'elsewhere';
  /** Devices that never enrolled are let in, and taken at their word: for a closed network. */
  readonly allowAnonymous: boolean;
  /** Below it devices may tell Home Assistant what they are; null: nowhere. */
  readonly homeAssistant: HomeAssistantPrefix;
  readonly retention: RetentionConfig;
  /** A device that says nothing for so long is silent. */
  readonly silentAfter: Millis;
  /** Without a heartbeat for so long, a trainer loses its job. */
  readonly leaseTime: Millis;
}

interface KeysConfig {
  /** Of `edgeloop keys`; null: one within `data`, made at the first start. */
  readonly folder: string | null;
  /**
   * A private key for packages that is kept elsewhere; null: that of the folder, if it is there.
   */
  readonly signing: string | null;
  /**
   * The online key, for assignments, that is kept elsewhere; null: that of the folder, if it is
   * there.
   */
  readonly online: string | null;
}

/** What holds where nobody sets it by the API. */
interface RetentionConfig extends RetentionBounds {
  /** With less than this free on the disk, pictures and models are refused. */
  readonly samplesMark: Bytes;
  /** With less than this free, detections are not stored either: devices keep them. */
  readonly detectionsMark: Bytes;
}
