import type {
  AgentFileReport,
  CameraId,
  CameraState,
  DeviceId,
  EpochMillis,
  Health,
  Reported,
  SiteId,
} from '@edgeloop/protocol';

/** What the page shows, beside the pictures. */
export interface PageState {
  /** Null: no configuration says it. */
  readonly site: SiteId | null;
  readonly device: DeviceId | null;
  readonly version: string;
  /** By the device's clock. */
  readonly now: EpochMillis;
  /** What is wrong, in sentences. */
  readonly problems: readonly string[];
  /** What is wrong with agent.yaml; null: nothing. */
  readonly agentFile: AgentFileReport | null;
  /** Null: it knows of none. */
  readonly broker: { readonly host: string; readonly connected: boolean } | null;
  readonly cameras: readonly PageCamera[];
  readonly models: readonly PageModel[];
  /** Null: it is not read. */
  readonly health: Pick<
    Health,
    | 'uptimeSeconds'
    | 'rssBytes'
    | 'temperatureCelsius'
    | 'throttling'
    | 'clockSynchronized'
    | 'inferenceIntervalMillis'
    | 'diskFreeBytes'
    | 'outbox'
  > | null;
}

interface PageCamera {
  readonly id: CameraId;
  /** Null: nothing was said yet. */
  readonly state: CameraState | null;
  /** Of its model, in their order. */
  readonly classes: readonly string[];
  readonly framesPerSecond: number;
  /** Null: nothing was classified. */
  readonly inferenceMillis: number | null;
  readonly fault: NonNullable<Health['cameras'][string]['fault']> | null;
  /** Its source had no more. */
  readonly finished: boolean;
  /** It is off, by its schedule: its picture is of before. */
  readonly resting: boolean;
}

interface PageModel {
  readonly slot: string;
  readonly name: string;
  readonly model: string;
  readonly update: { readonly state: string; readonly reason: string | null } | null;
}

/** What runs in the slots, in short. */
export const pageModels = ({ slots }: Pick<Reported, 'slots'>): readonly PageModel[] =>
  Object.entries(slots).map(([slot, { name, model, update }]) => ({
    slot,
    name,
    model,
    update: update ? { state: update.state, reason: update.reason?.message ?? null } : null,
  }));

/** The part of the health that the page shows. */
export function pageHealth(health: Health): NonNullable<PageState['health']> {
  const { uptimeSeconds, rssBytes, temperatureCelsius, throttling } = health;
  const { clockSynchronized, inferenceIntervalMillis, diskFreeBytes, outbox } = health;
  return {
    uptimeSeconds,
    rssBytes,
    outbox,
    ...(temperatureCelsius !== undefined && { temperatureCelsius }),
    ...(throttling !== undefined && { throttling }),
    ...(clockSynchronized !== undefined && { clockSynchronized }),
    ...(inferenceIntervalMillis !== undefined && { inferenceIntervalMillis }),
    ...(diskFreeBytes !== undefined && { diskFreeBytes }),
  };
}
