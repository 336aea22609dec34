import { workerData } from 'node:worker_threads';
import { serveCalls } from '@edgeloop/worker-thread';
import type { JournalCalls } from './journal-changes.ts';
import { JournalFile } from './journal-file.ts';

const { folder } = workerData as { folder: string };
let file: JournalFile | null = null;
const open = (): JournalFile => {
  file ??= new JournalFile(folder);
  return file;
};

serveCalls<JournalCalls>(
  {
    open: () => open().read(),
    commit: (changes) => {
      open().commit(changes);
      return null;
    },
  },
  () => file?.close(),
);
