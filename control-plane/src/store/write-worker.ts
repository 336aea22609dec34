import { workerData } from 'node:worker_threads';
import { serveCalls } from '@edgeloop/worker-thread';
import type { StoreWorkerData, WriteCalls } from './store-calls.ts';
import { StoreWriter } from './write/store-writer.ts';

const { folder } = workerData as StoreWorkerData;
let writer: StoreWriter | null = null;
const open = (): StoreWriter => {
  writer ??= new StoreWriter(folder);
  return writer;
};

serveCalls<WriteCalls>(
  {
    open: () => {
      open();
      return null;
    },
    commit: (records) => open().commit(records),
    watermarks: () => open().watermarks(),
    removeDetections: (bounds) => open().removeDetections(bounds),
    forgetStates: () => {
      open().forgetStates();
      return null;
    },
  },
  () => writer?.close(),
);
