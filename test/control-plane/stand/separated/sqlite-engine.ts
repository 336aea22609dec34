import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Database } from '@edgeloop/sqlite';
import type { Test } from 'tap';
import type { Engine } from './engine.ts';

/** In one folder, on one machine. */
export async function openSqliteEngine(t: Pick<Test, 'teardown'>): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'separated-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const open = (timeout: number) => new Database(join(folder, 'control-plane.sqlite'), { timeout });
  return {
    optionsOf: () => ['--data', folder],
    goAway: null,
    needsKill: true,
    async isHeldUp() {
      const database = open(0);
      try {
        database.exec('BEGIN IMMEDIATE; COMMIT');
        return false;
      } catch {
        return true;
      } finally {
        database.close();
      }
    },
    async holdUp(millis) {
      const database = open(5000);
      database.exec('BEGIN IMMEDIATE');
      await delay(millis);
      database.exec('COMMIT');
      database.close();
    },
  };
}
