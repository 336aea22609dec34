import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StreamId } from '@edgeloop/protocol';
import type { ApiClient, DeviceView } from './api-client.ts';
import type { DeviceFiles } from './device.ts';
import { StartError } from './errors.ts';
import type { ProcessGroup } from './process-group.ts';

/** What one run of every device came to. */
export interface Tally {
  readonly framesCaptured: number;
  readonly framesClassified: number;
  readonly detectionsPublished: number;
  readonly detectionsStored: number;
  /** Rows that an outbox had and the store has not, by device, stream and number. */
  readonly lost: number;
}

interface OutboxStatus {
  readonly stream: StreamId;
  readonly nextSeq: number;
  readonly rows: number;
}

const PATIENCE = 120_000;

/** How many rows the outbox ever had, before the run: the agent makes it at its first start. */
export async function rowsSoFar(
  group: ProcessGroup,
  { config, state }: Pick<DeviceFiles, 'config' | 'state'>,
): Promise<number> {
  if (!existsSync(join(state, 'outbox.sqlite'))) return 0;
  return (await readOutbox(group, config)).nextSeq - 1;
}

/** Waits until the device has handled all its frames and everything is stored. */
export async function waitForResults(
  api: ApiClient,
  device: string,
  frames: number,
  bootId: string,
): Promise<DeviceView> {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    const view = await api.device(device);
    const health = view?.health?.bootId === bootId ? view.health : null;
    const done = Object.values(health?.cameras ?? {}).every(
      ({ classified, failed }) => classified + failed >= frames,
    );
    if (view && health && done && health.outbox.rows === 0) return view;
    await delay(100);
  }
  const message = `Expected ${frames} results of ${device} to be stored within ${PATIENCE / 1000} s. Its log says more.`;
  throw new StartError('NOT_IN_TIME', message);
}

/** Compares the outbox of a device that has ended with what is stored of it. */
export async function tally(
  group: ProcessGroup,
  api: ApiClient,
  {
    device,
    config,
    before,
    view,
  }: { device: string; config: string; before: number; view: DeviceView },
): Promise<Tally> {
  const { stream, nextSeq } = await readOutbox(group, config);
  const stored = await api.storedNumbers(device, stream);
  const numbers = Array.from({ length: nextSeq - 1 }, (_, i) => i + 1);
  const cameras = Object.values(view.health?.cameras ?? {});
  const sum = (of: 'captured' | 'classified') =>
    cameras.reduce((total, camera) => total + camera[of], 0);
  return {
    framesCaptured: sum('captured'),
    framesClassified: sum('classified'),
    detectionsPublished: nextSeq - 1 - before,
    detectionsStored: [...stored].filter((seq) => seq > before).length,
    lost: numbers.filter((seq) => !stored.has(seq)).length,
  };
}

async function readOutbox(group: ProcessGroup, config: string): Promise<OutboxStatus> {
  return JSON.parse(await group.run('the agent', 'agent', ['outbox', '--config', config], 'pipe'));
}
