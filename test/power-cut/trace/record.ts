import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import type { DiskEvent, DiskImage, Recording } from '../disk/event.ts';
import { readImage, treeOf } from '../disk/read-image.ts';
import { UnsyncedDisk } from '../disk/unsynced-disk.ts';
import { readCalls, recording } from './read-calls.ts';
import { toEvents } from './to-events.ts';

/** For tap's `skip`: a word where Debian's strace is missing. CI must have it. */
export const straceMissing =
  process.env.CI !== 'true' && spawnSync('strace', ['-V']).status !== 0 && 'needs strace';

/** SQLite's shared memory is written through a mapping, and made anew by whoever opens the file first: it is no state. */
export const isNoState = (name: string): boolean => name.endsWith('-shm');

export interface RecordOptions {
  /** What is recorded: all below it. */
  readonly root: string;
  /** Arguments of Node. */
  readonly program: readonly string[];
  /** Ends the process by SIGKILL at the N-th call of a name, before it is done: what it wrote stays, as the kernel has it. */
  readonly kill?: { readonly call: string; readonly number: number };
}

/**
 * Runs a program to its end, or until it is killed, and says what it did to the disk.
 * @throws Error where what was recorded does not lead to what is there: a call was not understood
 */
export async function record({ root, program, kill }: RecordOptions): Promise<Recording> {
  const before = readImage(root, isNoState);
  const output = `${root}.trace`;
  const harm = kill ? ['-e', `inject=${kill.call}:signal=SIGKILL:when=${kill.number}`] : [];
  const args = [...recording(output), ...harm, process.execPath, ...program];
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1', NODE_OPTIONS: '' };
  const child = spawn('strace', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stdout.resume();
  child.stderr.on('data', (text: Buffer) => {
    errors += text;
  });
  const [code, signal] = await once(child, 'close');
  if (!kill && code !== 0) throw new Error(`Expected it to end, received ${code ?? signal}: ${errors}`);
  const calls = readCalls(readFileSync(output, 'latin1'));
  rmSync(output);
  const events = toEvents(calls, { root, before, leaveOut: isNoState });
  check(root, { before, events });
  return { before, events };
}

/** One after the other, without a power cut between them: what the first did not sync is not durable for the second. */
export function joined(first: Recording, second: readonly DiskEvent[]): Recording {
  const count = first.events.length;
  const later = second.map((event) =>
    event.kind === 'sync' ? { ...event, begun: event.begun + count } : event,
  );
  return { before: first.before, events: [...first.events, ...later] };
}

function check(root: string, { before, events }: Recording): void {
  const disk = new UnsyncedDisk(before);
  for (const event of events) disk.happen(event);
  const [recorded, real] = [disk.newest, treeOf(readImage(root, isNoState))];
  const paths = new Set([...recorded.keys(), ...real.keys()]);
  const differ = [...paths].filter((path) => {
    const [one, other] = [recorded.get(path), real.get(path)];
    return one && other ? !one.equals(other) : one !== other;
  });
  if (differ.length > 0) {
    throw new Error(`Expected what was recorded to be there, ${differ.join(', ')} differ.`);
  }
}
