import {
  bytes,
  type Heartbeat,
  type HeartbeatAnswer,
  type JobCheckpoint,
  type JobId,
  type JobOffer,
  type JobOutcome,
  type LeaseId,
  type LeaseRequest,
  type Millis,
  type Sha256,
} from '@edgeloop/protocol';
import type { Artifacts, Upload, UploadId } from '../artifacts/artifacts.ts';
import { ControlPlaneError } from '../errors.ts';
import type { JobBell } from './job-bell.ts';
import { type JobEvents, tellJob } from './job-events.ts';
import type { JobFiles } from './job-files.ts';
import type { JobStore } from './job-store.ts';
import type { JobRow } from './job-tables.ts';
import { judgeJob } from './judge-job.ts';
import type { Leases } from './leases.ts';
import type { TrainedModels } from './trained-models.ts';
import type { TrainerRoster } from './trainer-roster.ts';
import type { TrainingData } from './training-data.ts';

export interface TrainerServiceParts {
  readonly jobs: JobStore;
  readonly leases: Leases;
  readonly files: JobFiles;
  readonly data: TrainingData;
  readonly models: TrainedModels;
  /** The artifacts of the registry. */
  readonly artifacts: Pick<Artifacts, 'find' | 'read'>;
  /** The artifacts of jobs alone. */
  readonly jobArtifacts: Artifacts;
  readonly events: JobEvents;
  readonly bell: JobBell;
  readonly roster: Pick<TrainerRoster, 'hear'>;
  readonly leaseTime: Millis;
}

/** A job that waits for its time comes due without a bell. */
const LOOK_AGAIN = 2_000;

/** Leases jobs to trainers and takes their reports. */
export class TrainerService {
  readonly #parts: TrainerServiceParts;

  constructor(parts: TrainerServiceParts) {
    this.#parts = parts;
  }

  /**
   * Waits for a job as long as the trainer says; null: there was none.
   * @param signal aborted when the trainer waits no more: then it gets none
   */
  async lease(asked: LeaseRequest, signal: AbortSignal): Promise<JobOffer | null> {
    const { leases, bell, roster } = this.#parts;
    roster.hear(asked);
    const end = performance.now() + asked.waitSeconds * 1000;
    for (;;) {
      // Listens before it looks: what comes in between is heard.
      const left = end - performance.now();
      const heard = left > 0 ? bell.heard(Math.min(left, LOOK_AGAIN), signal) : null;
      if (signal.aborted) return null;
      const row = await leases.lease(asked);
      if (row) return this.#offerWhileHere(row, signal);
      if (heard === null) return null;
      await heard;
    }
  }

  /** @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST` */
  async heartbeat(id: JobId, beat: Heartbeat): Promise<HeartbeatAnswer> {
    const { leases, leaseTime } = this.#parts;
    const instruction = await leases.heartbeat(id, beat);
    if (instruction === 'go-on') await this.#tell('job.progress', id);
    return { instruction, leaseSeconds: leaseTime / 1000 };
  }

  /**
   * A file that belongs to the job; who asks again goes on where it stopped.
   * @throws ControlPlaneError `LEASE_LOST`, …
   */
  async beginUpload(
    id: JobId,
    lease: LeaseId,
    file: { readonly sha256: Sha256; readonly bytes: number },
  ): Promise<Upload> {
    await this.#parts.files.expect(id, lease, file);
    return this.#parts.jobArtifacts.beginUpload({
      sha256: file.sha256,
      bytes: bytes(file.bytes),
      purpose: 'checkpoint',
      owner: ownerOf(id),
    });
  }

  /** @throws ControlPlaneError of `Artifacts.append` */
  append(
    id: JobId,
    upload: UploadId,
    offset: number,
    piece: AsyncIterable<Uint8Array>,
  ): Promise<Upload> {
    return this.#parts.jobArtifacts.append(upload, ownerOf(id), bytes(offset), piece);
  }

  /** Its files are uploaded. @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST` */
  async saveCheckpoint(id: JobId, lease: LeaseId, checkpoint: JobCheckpoint): Promise<void> {
    const { files, jobArtifacts } = this.#parts;
    for (const { path, sha256 } of checkpoint) {
      if ((await jobArtifacts.find(sha256)) !== null) continue;
      const message = `Expected all of ${path} (${sha256}) before the checkpoint, received less. Upload it first.`;
      throw new ControlPlaneError('NOT_FOUND', message);
    }
    const freed = await files.saveCheckpoint(id, lease, checkpoint);
    for (const sha256 of freed) await jobArtifacts.remove(sha256);
    await this.#tell('job.progress', id);
  }

  /** Where a file of the job is. @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST` */
  async filesUnder(
    id: JobId,
    lease: LeaseId,
    sha256: Sha256,
  ): Promise<Pick<Artifacts, 'find' | 'read'>> {
    const { leases, files, jobArtifacts } = this.#parts;
    await leases.held(id, lease);
    await files.require(id, sha256);
    return jobArtifacts;
  }

  /**
   * The end of a lease. A model that was trained goes through the gate at once.
   * @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST`
   */
  async conclude(id: JobId, outcome: JobOutcome): Promise<void> {
    const { leases, bell } = this.#parts;
    if (outcome.kind === 'released') await leases.release(id, outcome.lease);
    else if (outcome.kind === 'failed') {
      await leases.fail(id, outcome.lease, {
        message: `${outcome.code}: ${outcome.message}`,
        passing: outcome.passing,
      });
    } else await this.#succeed(id, outcome);
    bell.ring();
    await this.#tell('job.changed', id);
  }

  async #succeed(id: JobId, outcome: Extract<JobOutcome, { kind: 'succeeded' }>): Promise<void> {
    const { leases, files, events } = this.#parts;
    // Its answer was lost, and it asks again.
    if (await leases.hasSucceeded(id, outcome.lease, outcome.package)) return;
    const row = await leases.held(id, outcome.lease);
    if (outcome.champion) await files.require(id, outcome.champion.predictions.sha256);
    const { verdict, tellAlias } = await this.#judge(row, outcome);
    tellAlias?.();
    events.publish({
      kind: verdict.passed ? 'candidate.created' : 'candidate.refused',
      subject: { job: id, task: row.task },
      data: { package: outcome.package, reasons: verdict.checks.map(({ reason }) => reason) },
    });
  }

  /**
   * The gate takes its time: who was cancelled meanwhile, or has lost the lease, makes no
   * candidate.
   */
  async #judge(row: JobRow, outcome: Extract<JobOutcome, { kind: 'succeeded' }>) {
    const { leases, models } = this.#parts;
    for (;;) {
      const { verdict, champion } = await judgeJob(row, outcome, this.#parts);
      const result = { package: outcome.package, verdict };
      try {
        const tellAlias = await leases.succeed(row.id, outcome.lease, result, async (trx) => {
          if ((await models.champion(row.task, trx)) !== champion) throw new ChampionChanged();
          if (!verdict.passed) return null;
          return models.makeCandidate(trx, outcome.package, `job:${row.id}`);
        });
        return { verdict, tellAlias };
      } catch (error) {
        if (!(error instanceof ChampionChanged)) throw error;
      }
    }
  }

  /**
   * A trainer that went while it was given a job has not heard of it: another may have it at once.
   */
  async #offerWhileHere(row: JobRow, signal: AbortSignal): Promise<JobOffer | null> {
    const offer = await this.#offer(row);
    if (!signal.aborted) return offer;
    await this.conclude(offer.job, { kind: 'released', lease: offer.lease });
    return null;
  }

  async #offer(row: JobRow): Promise<JobOffer> {
    const { files, models, leaseTime } = this.#parts;
    await this.#tell('job.changed', row.id);
    return {
      job: row.id,
      lease: row.lease_id as LeaseId,
      leaseSeconds: leaseTime / 1000,
      attempt: row.attempts,
      task: row.task,
      dataset: { version: row.dataset_version, fingerprint: row.dataset_fingerprint },
      recipe: JSON.parse(row.recipe),
      init: JSON.parse(row.init),
      champion: await models.champion(row.task),
      checkpoint: await files.checkpoint(row.id),
    };
  }

  async #tell(kind: 'job.changed' | 'job.progress', id: JobId): Promise<void> {
    tellJob(this.#parts.events, kind, await this.#parts.jobs.view(id));
  }
}

/** Another became champion while a model was judged: it is judged anew, against that one. */
class ChampionChanged extends Error {}

/** Whoever holds the lease goes on with what the trainer before began. */
const ownerOf = (id: JobId) => `job:${id}`;
