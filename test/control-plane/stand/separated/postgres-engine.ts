import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import {
  BEGIN_WRITING,
  WRITERS,
} from '../../../../control-plane/src/database/postgres/begin-writing.ts';
import { connectPostgres } from '../../../../control-plane/src/database/postgres/connect-postgres.ts';
import { PostgresServer } from '../postgres/postgres-server.ts';
import type { Engine } from './engine.ts';

/**
 * Has the writers' lock, and has asked for nothing since: of one that is at work a moment is no
 * more than a few milliseconds.
 */
const HELD_UP = `
  SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' AND classid = ${WRITERS} AND granted AND state = 'idle in transaction'
    AND clock_timestamp() - state_change > interval '15 ms'`;

/**
 * A server of its own; each process has a folder that no other knows, as on a machine of its own.
 */
export async function openPostgresEngine(t: Pick<Test, 'teardown'>): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'separated-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const server = await PostgresServer.start(t);
  const url = server.url('postgres');
  const ask = async (text: string) => {
    const client = await connectPostgres(url);
    return client.query(text).finally(() => client.end());
  };
  return {
    needsKill: false,
    optionsOf: (part) => ['--data', join(folder, part), '--database', url],
    isHeldUp: async () => (await ask(HELD_UP)).rowCount !== 0,
    async holdUp(millis) {
      await ask(`${BEGIN_WRITING}; SELECT pg_sleep(${millis / 1000}); COMMIT`);
    },
    async goAway(millis) {
      await server.stop();
      await delay(millis);
      await server.begin();
    },
  };
}
