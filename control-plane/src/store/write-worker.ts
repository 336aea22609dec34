import { workerData } from 'node:worker_threads';
import { serveCalls } from '@edgeloop/worker-thread';
import type { StoreWorkerData, WriteCalls } from './store-calls.ts';
import { StoreWriter } from './write/store-writer.ts';

const { folder, url, share } = workerData as StoreWorkerData;
let writer: StoreWriter | null = null;
const open = (): StoreWriter => {
  writer ??= new StoreWriter(folder, url, share);
  return writer;
};

serveCalls<WriteCalls>(
  {
    open: () => {
      open();
      return null;
    },
    commit: ({ records, fence }) => open().commit(records, fence),
    watermarks: () => open().watermarks(),
    removeDetections: (bounds) => open().removeDetections(bounds),
    forgetStates: (fence) => {
      open().forgetStates(fence);
      return null;
    },
    confirm: () => {
      open().confirm();
      return null;
    },
  },
  () => writer?.close(),
);
