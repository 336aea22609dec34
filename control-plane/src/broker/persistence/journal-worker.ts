import { workerData } from 'node:worker_threads';
import { serveCalls } from '@edgeloop/worker-thread';
import type { JournalCalls } from './journal-changes.ts';
import { JournalFile } from './journal-file.ts';
import { openJournal } from './open-journal.ts';

const { folder } = workerData as { folder: string };
let file: JournalFile | null = null;
const open = (): JournalFile => {
  file ??= new JournalFile(folder);
  return file;
};

serveCalls<JournalCalls>(
  {
    open: () => {
      const opened = openJournal(folder);
      file = opened.file;
      return { kept: opened.kept, movedTo: opened.movedTo };
    },
    commit: (changes) => {
      open().commit(changes);
      return null;
    },
  },
  () => file?.close(),
);
