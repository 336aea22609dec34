import { workerData } from 'node:worker_threads';
import { serveCalls } from '@edgeloop/worker-thread';
import { openForStores } from '../store/open-database.ts';
import type { DatabaseCalls, DatabaseWorkerData, Statement } from './database-calls.ts';
import { whenFree } from './when-free.ts';

const database = openForStores((workerData as DatabaseWorkerData).folder);

serveCalls<DatabaseCalls>({ execute }, () => database.close());

function execute({ sql, parameters }: Statement) {
  return whenFree(() => {
    const statement = database.prepare(sql);
    if (statement.reader) return { rows: statement.all(...parameters) as object[], changes: 0 };
    return { rows: [], changes: statement.run(...parameters).changes };
  });
}
