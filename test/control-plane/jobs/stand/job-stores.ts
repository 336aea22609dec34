import {
  epochMillis,
  type Heartbeat,
  type JobProgress,
  type LeaseId,
  type LeaseRequest,
  seconds,
} from '@edgeloop/protocol';
import type { Verdict } from '../../../../control-plane/src/jobs/gate/verdict.ts';
import { JobFiles } from '../../../../control-plane/src/jobs/job-files.ts';
import { JobStore } from '../../../../control-plane/src/jobs/job-store.ts';
import { Leases } from '../../../../control-plane/src/jobs/leases.ts';
import type { DATABASES } from '../../stand/databases.ts';

export const PROGRESS: JobProgress = {
  phase: 'Training',
  epoch: 1,
  epochs: 3,
  step: 2,
  steps: 9,
  loss: 0.5,
  accuracy: 0.9,
  imagesPerSecond: 20,
  secondsLeft: 60,
};
export const VERDICT = { passed: true, checks: [] } as unknown as Verdict;

export const beat = (lease: LeaseId, more: Partial<Heartbeat> = {}): Heartbeat => ({
  lease,
  progress: PROGRESS,
  epochs: [],
  log: [],
  ...more,
});
const asked = (more: Partial<LeaseRequest> = {}): LeaseRequest => ({
  trainer: 'bench-1',
  has: { gpu: false, memoryBytes: 2 ** 33 },
  waitSeconds: 0,
  ...more,
});

/** Less than half of a lease's time. */
const LOOK_EVERY = 20_000;

/** Jobs, leases and files on an empty database, with a clock that stands until it is passed. */
export async function openJobStores(
  open: (typeof DATABASES)[number]['open'],
  t: Parameters<typeof open>[0],
) {
  const database = await open(t);
  const clock = { now: epochMillis(Date.parse('2026-03-02T12:00:00Z')) };
  const options = { database, now: () => clock.now };
  const jobs = new JobStore(options);
  const leases = new Leases({ ...options, random: () => 0.5, leaseTime: seconds(60) });
  const lease = async (more: Partial<LeaseRequest> = {}) => {
    const row = await leases.lease(asked(more));
    return row && { job: row.id, lease: row.lease_id as LeaseId };
  };
  const pass = (time: number) => {
    clock.now = epochMillis(clock.now + time);
  };
  /**
   * Time passes while the control plane listens.
   * @returns jobs that were taken from who said nothing
   */
  const listen = async (time: number) => {
    const expired = await leases.expire();
    for (let left = time; left > 0; left -= LOOK_EVERY) {
      pass(Math.min(left, LOOK_EVERY));
      expired.push(...(await leases.expire()));
    }
    return expired;
  };
  const files = new JobFiles({ ...options, giveUp: async () => {} });
  return { database, jobs, leases, files, lease, pass, listen, clock };
}
