import { join } from 'node:path';
import { type CameraId, millis } from '@edgeloop/protocol';
import { RecoverableStore } from '../../../agent/src/outbox/recoverable-store.ts';
import { lockState } from '../../../agent/src/state/lock-state.ts';
import type { Tree } from '../disk/read-image.ts';
import { writeTree } from '../disk/write-tree.ts';
import { describeOutbox } from './describe-outbox.ts';
import { BOUNDS } from './work.ts';

/** What an agent finds that starts after a power cut. */
export interface FoundOutbox {
  readonly holds: string;
  /** What is wrong whatever was promised; null: nothing. */
  readonly wrong: string | null;
}

const ROW = { camera: 'cam0' as CameraId, body: '{"after":"the cut"}' };

/**
 * Starts as the agent does, in this process, twice, and goes on the second time.
 * @param folder for this alone
 */
export function recoverOutbox(folder: string, tree: Tree): FoundOutbox {
  writeTree(folder, tree);
  try {
    const first = look(folder, () => 0);
    const second = look(folder, (store) => store.append([ROW], millis(0)));
    if (second.holds !== first.holds) return { ...first, wrong: `then it holds ${second.holds}` };
    const goesOn = second.value === first.nextSeq;
    const wrong = first.wrong ?? (goesOn ? null : `the next row got number ${second.value}`);
    return { holds: first.holds, wrong };
  } catch (error) {
    return { holds: '', wrong: (error as Error).message };
  }
}

type Store = Parameters<Parameters<RecoverableStore['use']>[0]>[0];

function look(top: string, work: (store: Store) => number) {
  const folder = join(top, 'state');
  const unlock = lockState(folder);
  const recoverable = new RecoverableStore(folder, BOUNDS);
  try {
    return recoverable.use((store) => {
      const status = store.status();
      const holds = describeOutbox(status, store.read(0, 1e6));
      const value = work(store);
      const moved = recoverable.takeMoved();
      const wrong = moved === null ? null : 'it was taken for damaged';
      return { holds, wrong, value, nextSeq: status.nextSeq };
    });
  } finally {
    recoverable.close();
    unlock();
  }
}
