import type { Liveness } from '@edgeloop/daemon';
import type { Database } from '../database/open-stores.ts';
import type { DeviceLine } from '../ingest/device-line.ts';
import type { Store } from '../store/store.ts';

interface LivenessParts {
  readonly ingest: Pick<DeviceLine, 'settled'>;
  readonly store: Pick<Store, 'read'>;
  readonly database: Database;
  readonly problems: () => readonly string[];
}

/**
 * Answers when what had come in by now is stored, and both databases have answered. What fails is
 * an answer, too: to start again mends no disk. What hangs gives none. Never rejects.
 */
export async function checkLiveness(asked: LivenessParts): Promise<Liveness> {
  const { ingest, store, database, problems } = asked;
  await ingest.settled();
  const counted = store.read('countDevices', null).catch(() => null);
  await database
    .selectFrom('jobs')
    .select('id')
    .limit(1)
    .execute()
    .catch(() => null);
  const devices = Object.entries((await counted) ?? {}).map(
    ([state, count]) => `${count} ${state}`,
  );
  const status = devices.length === 0 ? 'No device is known' : `Devices: ${devices.join(', ')}`;
  return { working: true, status: [status, ...problems()].join('; ') };
}
