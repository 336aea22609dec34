import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Database } from '@edgeloop/sqlite';

/**
 * Prepares and drops statements, and has Node collect them. Returns the sum of what they stored.
 */
export function collectStatements(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const database = new Database(':memory:');
  database.exec('CREATE TABLE numbers (value INTEGER)');
  for (let i = 0; i < 2000; i++) {
    database.prepare('INSERT INTO numbers VALUES (?)').run(i);
    if (i % 100 === 99) collect();
  }
  return (database.prepare('SELECT sum(value) AS sum FROM numbers').get() as { sum: number }).sum;
}
