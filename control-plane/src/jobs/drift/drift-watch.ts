import {
  type BootId,
  type DeviceId,
  type EpochMillis,
  epochMillis,
  type Sha256,
  type SiteId,
  type TaskId,
} from '@edgeloop/protocol';
import type { BoundedTime } from '../../trusted-time/bounded-time.ts';
import type { JobEvents } from '../job-events.ts';
import type { SettingsStore } from '../settings-store.ts';
import type { TrainedModels } from '../trained-models.ts';
import { DAY, observeScores } from './drift-state.ts';
import type { DriftStore } from './drift-store.ts';
import { type Drift, measureDrift } from './measure-drift.ts';
import type { ScoreCounts } from './score-counts.ts';

/** What the newest health of a device says of its models' scores. */
export interface DeviceScores {
  readonly site: SiteId;
  readonly device: DeviceId;
  readonly boot: BootId;
  /** When it was received. */
  readonly at: EpochMillis;
  readonly models: Readonly<Record<Sha256, ScoreCounts>>;
}

export interface DeviceDrift extends Drift {
  readonly site: SiteId;
  readonly device: DeviceId;
  readonly model: Sha256;
  readonly task: TaskId;
}

export interface DriftWatchParts {
  readonly drifts: DriftStore;
  readonly settings: SettingsStore;
  readonly models: Pick<TrainedModels, 'taskOf'>;
  readonly events: JobEvents;
  readonly now: () => EpochMillis;
  readonly time: Pick<BoundedTime, 'earliest'>;
  readonly readScores: () => Promise<readonly DeviceScores[]>;
}

/** Without a word of a model for so long, what is known of it is forgotten. */
const FORGOTTEN_AFTER = 30 * DAY;

/** Compares how models score on each device with how they scored there at first. */
export class DriftWatch {
  readonly #parts: DriftWatchParts;
  #drifting: readonly DeviceDrift[] = [];

  constructor(parts: DriftWatchParts) {
    this.#parts = parts;
  }

  /** What was measured last: who samples, samples more there. */
  get drifting(): readonly DeviceDrift[] {
    return this.#drifting;
  }

  /** Takes in what devices told since, and tells of each drift once a day. */
  async look(): Promise<void> {
    const { drifts, time, readScores } = this.#parts;
    const found: DeviceDrift[] = [];
    for (const scores of await readScores()) {
      for (const [model, counts] of Object.entries(scores.models) as [Sha256, ScoreCounts][]) {
        const drift = await this.#lookAt(scores, model, counts);
        if (drift) found.push(drift);
      }
    }
    this.#drifting = found;
    await drifts.forget(epochMillis(time.earliest() - FORGOTTEN_AFTER));
  }

  async #lookAt(
    { site, device, boot, at }: DeviceScores,
    model: Sha256,
    scores: ScoreCounts,
  ): Promise<DeviceDrift | null> {
    const { drifts, models, settings, now } = this.#parts;
    const before = await drifts.find(device, model);
    const state = observeScores(before?.state ?? null, { boot, at, scores });
    const drift = measureDrift(state, now());
    const task = drift && (await models.taskOf(model));
    const limit = task && (await settings.view(task)).triggers.drift?.psi;
    const much = drift && task && limit !== undefined && limit !== null && drift.psi >= limit;
    // By a clock that was ahead: told now, or nothing would be told until then.
    const toldAt = before?.toldAt == null ? null : epochMillis(Math.min(before.toldAt, now()));
    const tells = much && (toldAt === null || now() - toldAt >= DAY);
    await drifts.save(device, model, { state, toldAt: tells ? now() : toldAt });
    if (!much) return null;
    const found = { site, device, model, task, ...drift };
    if (tells) {
      const subject = { site, device, task };
      this.#parts.events.publish({ kind: 'device.drifted', subject, data: found });
    }
    return found;
  }
}
