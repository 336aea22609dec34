import type { TlsPaths } from '@edgeloop/broker-connection';
import type { Bytes, CameraId, DeviceId, Millis, SiteId, SlotId } from '@edgeloop/protocol';
import type { FaultLimits } from '../camera/faults/watch-frame.ts';
import type { HeatLimits } from '../heat/next-level.ts';
import type { SamplingPlan } from '../sampling/sampling-plan.ts';
import type { StoreBounds } from '../sampling/store/make-room.ts';
import type { LookConfig } from './look-config.ts';
import type { SourceConfig } from './source-config.ts';

/**
 * agent.yaml, checked, with every default filled in and every path absolute. What the control plane
 * sets over it is in `configuration/configuration.ts`.
 */
export interface Config {
  readonly site: SiteId;
  readonly device: DeviceId;
  /** Folder of the outbox, the samples and what else must survive a restart. */
  readonly state: string;
  readonly broker: BrokerConfig;
  readonly slots: ReadonlyMap<SlotId, SlotConfig>;
  readonly cameras: ReadonlyMap<CameraId, CameraConfig>;
  readonly outbox: OutboxBounds;
  readonly server: ServerConfig | null;
  /** Null: no samples are kept. */
  readonly sampling: SamplingConfig | null;
  /** Null: it shows no pictures. */
  readonly pictures: PicturesConfig | null;
  /** Null: no picture goes over MQTT. */
  readonly image: ImageConfig | null;
  readonly privacy: PrivacyConfig;
  /** Null: Home Assistant is told nothing. */
  readonly homeAssistant: HomeAssistantConfig | null;
  /** A file with the root that trust begins with; null: what the device got when it enrolled. */
  readonly trustRoot: string | null;
  readonly updates: UpdatesConfig;
  readonly shadow: ShadowConfig;
  readonly head: HeadConfig;
  /** Null: it does not slow down, however hot. */
  readonly heat: HeatLimits | null;
  readonly healthInterval: Millis;
  /**
   * A configuration that the control plane set, and of which it has not heard by then, is taken
   * back.
   */
  readonly configurationTrial: Millis;
  readonly http: HttpConfig | null;
  /** Null: there is none. */
  readonly page: PageConfig | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/** Where health and metrics are asked for, and the local page. */
export interface HttpConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface PageConfig {
  /** Null: whoever reaches it may look. */
  readonly password: string | null;
  /** By which it may be called, beside the machine's own and its addresses. */
  readonly names: readonly string[];
  /** Whether it shows what the cameras see. */
  readonly pictures: boolean;
}

interface ShadowConfig {
  /** A device that is as hot leaves its candidates out. */
  readonly maxCelsius: number;
}

interface HeadConfig {
  /**
   * `HH:MM` by the clock of the device: heads are fitted then, where something was labelled; null:
   * when asked to.
   */
  readonly fitAt: string | null;
}

export interface BrokerConfig {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /**
   * What the device got when it enrolled, in place of both; read for each connection; null: it has
   * not enrolled.
   */
  readonly credential?: () => { readonly username: string; readonly password: string } | null;
  /** PEM files: who signed the broker's certificate, and what the device shows of itself. */
  readonly tls: TlsPaths;
  /**
   * Rows leave the outbox when they are stored (`delivered`), or already when the broker took them.
   */
  readonly delivery: 'stored' | 'puback';
  readonly keepalive: Millis;
}

/** Where samples are uploaded to. */
export interface ServerConfig {
  readonly url: string;
  /** File with the certificates that vouch for it; null: those that Node knows. */
  readonly ca: string | null;
  /**
   * The device's credential: the same as for the broker. Asked for each request; empty: it has
   * none.
   */
  readonly password: () => string;
}

export interface SamplingConfig {
  /** What holds until the control plane says otherwise. */
  readonly plan: SamplingPlan;
  readonly bounds: StoreBounds;
  /** Of the disk, left for others. */
  readonly minFree: Bytes;
  /** Of uploads, a second; null: no limit. */
  readonly bandwidth: Bytes | null;
}

/** Small pictures to look at: the last frame of each camera, and one of each occurrence. */
export interface PicturesConfig {
  /** Between two last frames of a camera. */
  readonly every: Millis;
  /** Pixels of the longer side. */
  readonly size: number;
  /** Of the JPEG, 1…95. */
  readonly quality: number;
  /** Of all that is sent within an hour. */
  readonly perHour: Bytes;
}

/** One small picture of the current occurrence of each camera, over MQTT. */
export interface ImageConfig {
  /** Pixels of the longer side. */
  readonly size: number;
  /** Of the JPEG, 1…95. */
  readonly quality: number;
}

export interface PrivacyConfig {
  /** `stay`: none leaves the device, by whatever way. See `letNoPictureLeave`. */
  readonly pictures: 'leave' | 'stay';
}

export interface HomeAssistantConfig {
  /** Its `discovery_prefix`. */
  readonly prefix: string;
}

/** What fetching a model may cost. */
export interface UpdatesConfig {
  /** Of the files of a package that the device fetches. */
  readonly packageBytes: Bytes;
  /** Of the disk, left for others. */
  readonly minFree: Bytes;
  /** A second; null: no limit. */
  readonly bandwidth: Bytes | null;
  /** By then a new model must have shown that it can. */
  readonly probation: Millis;
  /**
   * At least so many must be classified in it, or half of those that the cameras show where that is
   * less.
   */
  readonly frames: number;
}

export interface SlotConfig {
  /** Folder of the model package. */
  readonly package: string;
  readonly variant?: string;
  readonly threads: number;
  readonly deadline: Millis;
}

export interface CameraConfig {
  readonly slot: SlotId;
  readonly source: SourceConfig;
  readonly decide: DecideConfig;
  readonly noFrameTimeout: Millis;
  /** What its frames must not be; null: anything, since it is no live camera. */
  readonly faults: FaultLimits | null;
  readonly look: LookConfig;
}

export type DecideConfig = { readonly mode: 'frame' } | OccurrenceConfig;

export interface OccurrenceConfig {
  readonly mode: 'occurrence';
  /** Classes that never open an occurrence. */
  readonly background: readonly string[];
  /** Time constant of the exponential smoothing; 0: none. */
  readonly smoothing: Millis;
  /** Thresholds on the smoothed score, for classes that `classes` does not name. */
  readonly enter: number;
  readonly exit: number;
  readonly classes: Readonly<Record<string, { readonly enter: number; readonly exit: number }>>;
  /** So many frames in a row must agree before an occurrence opens. */
  readonly minFrames: number;
  /** At most one update of an occurrence within this time. */
  readonly updateInterval: Millis;
  /** Frames further apart than this do not belong to one occurrence. */
  readonly maxGap: Millis;
}

/** What exceeds a bound is evicted, oldest first, and leaves a tombstone. */
export interface OutboxBounds {
  readonly rows: number;
  readonly bytes: Bytes;
  readonly age: Millis;
}
