import { timestamp, type UpdateReport } from '@edgeloop/protocol';
import type { Update } from './machine/slot-record.ts';
import type { DownloadProgress } from './update-ports.ts';

/** An update as the device reports it. */
export function reportUpdate(update: Update, progress: DownloadProgress | null): UpdateReport {
  const { model, generation, state, since, attempts, reason } = update;
  return {
    model,
    generation,
    state,
    attempts,
    since: timestamp(since),
    ...(progress && state === 'downloading' && { progress }),
    ...(reason && { reason }),
  };
}
