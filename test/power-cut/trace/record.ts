import { readFileSync, rmSync } from 'node:fs';
import type { DiskEvent, Recording } from '../disk/event.ts';
import { readImage, treeOf } from '../disk/read-image.ts';
import { UnsyncedDisk } from '../disk/unsynced-disk.ts';
import { type KillPoint, readCalls, recording } from './read-calls.ts';
import { toEvents } from './to-events.ts';

/**
 * SQLite's shared memory is written through a mapping, and made anew by whoever opens the file
 * first: it is no state.
 */
export const isNoState = (name: string): boolean => name.endsWith('-shm');

export interface RecordOptions {
  /** What is recorded: all below it. */
  readonly root: string;
  /** Runs a program under strace with these options, until it ends, or is killed. */
  readonly run: (strace: readonly string[]) => Promise<unknown>;
  /** Where the program is killed: what it wrote stays, as the kernel has it. */
  readonly kill?: KillPoint;
  /**
   * What was recorded before, without a power cut since: what was not synced then is not durable.
   */
  readonly after?: Recording;
}

/**
 * Runs a program, and says what it did to the disk.
 * @throws Error where what was recorded does not lead to what is there: a call was not understood
 */
export async function record({ root, run, kill, after }: RecordOptions): Promise<Recording> {
  const before = after ? after.before : readImage(root, isNoState);
  const output = `${root}.trace`;
  await run(recording(output, kill));
  const calls = readCalls(readFileSync(output, 'latin1'));
  rmSync(output);
  const start = after ? played(after).image : before;
  const events = toEvents(calls, { root, before: start, leaveOut: isNoState });
  const whole = { before, events: [...(after?.events ?? []), ...later(events, after)] };
  check(root, whole);
  return whole;
}

function later(events: readonly DiskEvent[], after?: Recording): readonly DiskEvent[] {
  const count = after?.events.length ?? 0;
  return events.map((event) =>
    event.kind === 'sync' ? { ...event, begun: event.begun + count } : event,
  );
}

function played({ before, events }: Recording): UnsyncedDisk {
  const disk = new UnsyncedDisk(before);
  for (const event of events) disk.happen(event);
  return disk;
}

function check(root: string, recorded: Recording): void {
  const [expected, real] = [treeOf(played(recorded).image), treeOf(readImage(root, isNoState))];
  const paths = new Set([...expected.keys(), ...real.keys()]);
  const differ = [...paths].filter((path) => {
    const [one, other] = [expected.get(path), real.get(path)];
    return one && other ? !one.equals(other) : one !== other;
  });
  if (differ.length === 0) return;
  throw new Error(`Expected what was recorded to be there: ${differ.join(', ')} differ.`);
}
