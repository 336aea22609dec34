import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDamage } from '../../store/store-failure.ts';
import type { BrokerState } from './journal-changes.ts';
import { FILE, JournalFile } from './journal-file.ts';

/** Only the last is kept. */
const DAMAGED = 'broker.damaged.sqlite';
const SIDE_FILES = ['', '-wal', '-shm'];

interface OpenJournal {
  readonly file: JournalFile;
  readonly kept: BrokerState;
  /** Where a damaged file is now; null: it was whole. */
  readonly movedTo: string | null;
}

/**
 * Opens it and reads all of it. A damaged file is moved aside, and a new one takes its place: what
 * the broker retained is said again by the control plane and by each device that connects; sessions
 * of subscribers who are away are lost.
 * @throws ControlPlaneError `DATA_NEWER`; SqliteError or a system error when the folder can't be
 * used
 */
export function openJournal(folder: string): OpenJournal {
  try {
    return { ...openWhole(folder), movedTo: null };
  } catch (error) {
    if (!isDamage(String((error as { code?: unknown }).code))) throw error;
  }
  // A disk that can't be read gives the same answer: then this fails with its own.
  for (const side of SIDE_FILES.map((side) => join(folder, FILE + side))) {
    if (existsSync(side)) readFileSync(side);
  }
  for (const side of SIDE_FILES) {
    rmSync(join(folder, DAMAGED + side), { force: true });
    if (existsSync(join(folder, FILE + side))) {
      renameSync(join(folder, FILE + side), join(folder, DAMAGED + side));
    }
  }
  return { ...openWhole(folder), movedTo: join(folder, DAMAGED) };
}

function openWhole(folder: string): Pick<OpenJournal, 'file' | 'kept'> {
  const file = new JournalFile(folder);
  try {
    return { file, kept: file.read() };
  } catch (error) {
    file.close();
    throw error;
  }
}
