import type { Bytes, Millis } from '@edgeloop/protocol';
import type { BrokerListeners } from './broker/embedded-broker.ts';

export interface ControlPlaneConfig {
  /** The folder of all that it keeps. */
  readonly data: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Files of the API's certificate and key, PEM; null: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly keys: KeysConfig;
  readonly broker:
    | { readonly kind: 'embedded'; readonly listeners: BrokerListeners }
    | { readonly kind: 'external'; readonly url: string; readonly ca: string | null };
  /** Devices that never enrolled are let in, and taken at their word: for a closed network. */
  readonly allowAnonymous: boolean;
  readonly retention: RetentionConfig;
  /** A device that says nothing for so long is silent. */
  readonly silentAfter: Millis;
  /** Without a heartbeat for so long, a trainer loses its job. */
  readonly leaseTime: Millis;
}

interface KeysConfig {
  /** Of `edgeloop keys`; null: one within `data`, made at the first start. */
  readonly folder: string | null;
  /** A private key for packages that is kept elsewhere; null: that of the folder, if it is there. */
  readonly signing: string | null;
  /** The online key, for assignments, that is kept elsewhere; null: that of the folder, if it is there. */
  readonly online: string | null;
}

interface RetentionConfig {
  /** Detections that were received longer ago are removed; null: none is too old. */
  readonly detectionAge: Millis | null;
  /** The oldest detections are removed while the database holds more; null: however much. */
  readonly databaseBytes: Bytes | null;
  /** Samples without a label that were received longer ago are removed; null: none is too old. */
  readonly sampleAge: Millis | null;
  /** The oldest samples without a label are removed while all take more; null: however much. */
  readonly sampleBytes: Bytes | null;
  /** Thumbnails of occurrences that were received longer ago are removed. */
  readonly pictureAge: Millis;
  /** While all thumbnails take more, the oldest of the devices that have most are removed. */
  readonly pictureBytes: Bytes;
  /** With less than this free on the disk, pictures and models are refused. */
  readonly samplesMark: Bytes;
  /** With less than this free, detections are not stored either: devices keep them. */
  readonly detectionsMark: Bytes;
}
