import { workerData } from 'node:worker_threads';
import { serveCalls } from '@edgeloop/worker-thread';
import { openForStores } from '../store/open-database.ts';
import type { DatabaseCalls, DatabaseWorkerData, Statement } from './database-calls.ts';

const database = openForStores((workerData as DatabaseWorkerData).folder);

serveCalls<DatabaseCalls>({ execute }, () => database.close());

function execute({ sql, parameters }: Statement) {
  const statement = database.prepare(sql);
  if (statement.reader) return { rows: statement.all(...parameters) as object[], changes: 0 };
  return { rows: [], changes: statement.run(...parameters).changes };
}
