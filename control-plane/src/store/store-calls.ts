import type { DeviceId, Sha256 } from '@edgeloop/protocol';
import type { PostgresUrl } from '../database/postgres/connect-postgres.ts';
import type { DeviceScores } from '../jobs/drift/drift-watch.ts';
import type { DetectionPage, DetectionQuery } from '../resources/detection.ts';
import type { DetectionMix, DetectionMixQuery } from '../resources/detection-mix.ts';
import type { DevicePage, DeviceQuery, KnownDevice } from '../resources/device.ts';
import type { HealthHistory } from '../resources/health-history.ts';
import type { Amount } from '../resources/retention.ts';
import type { RunPage } from '../resources/run.ts';
import type { Timeline } from '../resources/timeline.ts';
import type { FleetQuestion } from './read/fleet/fleet-reader.ts';
import type { HealthHistoryRequest } from './read/list-health.ts';
import type { RunningDevice } from './read/list-running.ts';
import type { DeviceRunQuery } from './read/list-runs.ts';
import type { SilentDevice } from './read/list-silent.ts';
import type { ModelTimes } from './read/model-times.ts';
import type { TimelineRequest } from './read/read-timeline.ts';
import type { MeasuredWave, WaveQuery } from './read/read-wave.ts';
import type { CommitResult, StoreRecord, Watermark } from './record.ts';
import type { Fence } from './write/fence-table.ts';
import type { DetectionBounds } from './write/remove-detections.ts';

/**
 * Who of the processes that may use a folder at once this is: `whole` is alone; `api` owns the
 * folder, migrates it, and leaves what devices say to others; these are `ingest`.
 */
export type StoreShare = 'whole' | 'api' | 'ingest';

export interface StoreWorkerData {
  readonly folder: string;
  readonly share: StoreShare;
  /** Of PostgreSQL; null: SQLite in the folder. */
  readonly url: PostgresUrl | null;
}

/** What the writing thread is asked. */
export type WriteCalls = {
  open: { readonly request: null; readonly response: null };
  commit: {
    readonly request: { readonly records: readonly StoreRecord[]; readonly fence: Fence | null };
    readonly response: CommitResult;
  };
  watermarks: { readonly request: null; readonly response: readonly Watermark[] };
  removeDetections: { readonly request: DetectionBounds; readonly response: number };
  forgetStates: { readonly request: Fence | null; readonly response: null };
  confirm: { readonly request: null; readonly response: null };
};

/** What the reading thread is asked. */
export type ReadCalls = {
  listDevices: { readonly request: DeviceQuery & { limit: number }; readonly response: DevicePage };
  viewDevice: { readonly request: DeviceId; readonly response: KnownDevice | null };
  listDetections: {
    readonly request: DetectionQuery & { limit: number };
    readonly response: DetectionPage;
  };
  countMix: { readonly request: DetectionMixQuery; readonly response: DetectionMix };
  latestDetection: { readonly request: null; readonly response: string };
  listSilent: { readonly request: number; readonly response: readonly SilentDevice[] };
  listScores: {
    readonly request: { readonly after: string; readonly limit: number };
    readonly response: readonly DeviceScores[];
  };
  listRunning: {
    readonly request: { readonly model: Sha256; readonly limit: number };
    readonly response: readonly RunningDevice[];
  };
  countRunning: {
    readonly request: null;
    readonly response: Readonly<Record<Sha256, number>>;
  };
  modelTimes: { readonly request: Sha256; readonly response: ModelTimes };
  listRuns: { readonly request: DeviceRunQuery; readonly response: RunPage | null };
  listHealth: { readonly request: HealthHistoryRequest; readonly response: HealthHistory | null };
  readTimeline: { readonly request: TimelineRequest; readonly response: Timeline | null };
  readWave: { readonly request: WaveQuery; readonly response: MeasuredWave | null };
  /** JSON. */
  readFleet: { readonly request: FleetQuestion; readonly response: string };
  measureRemoval: { readonly request: DetectionBounds; readonly response: Amount };
  usedBytes: { readonly request: null; readonly response: number };
  countDevices: { readonly request: null; readonly response: Readonly<Record<string, number>> };
};
