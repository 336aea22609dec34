import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Millis, seconds } from '@edgeloop/protocol';

/**
 * Who made a folder. A process's number alone does not say: in a container each start has the same
 * one, and another container that shares the folder has numbers of its own.
 */
export interface ProcessMark {
  readonly pid: number;
  /** When it began, as the kernel counts; 0 where that can't be read. */
  readonly start: number;
  /** Where its number counts: one boot, one namespace of processes. */
  readonly place: string;
  /** The machine, for one that is in no container. */
  readonly machine: string;
}

const CONTAINED = 'contained';
/**
 * The kernel's number of the namespace that a machine boots with (include/linux/proc_ns.h:
 * PROC_PID_INIT_INO).
 */
const FIRST_NAMESPACE = 'pid:[4026531836]';
/** Nothing that a trainer does is quiet for longer. */
const QUIET: Millis = seconds(3 * 3600);
const MARK = /^(\d+)-(\d+)-([0-9a-f]{8})-([0-9a-f]{8}|contained)$/;

/** As it stands in a folder's name, without a dot. */
export function writeMark({ pid, start, place, machine }: ProcessMark): string {
  return `${pid}-${start}-${place}-${machine}`;
}

/** Of this process. */
export function ownMark(): ProcessMark {
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid')) ?? 'none';
  const boot = read('/proc/sys/kernel/random/boot_id') ?? hostname();
  const machine = read('/etc/machine-id') ?? hostname();
  return {
    pid: process.pid,
    start: startOf(process.pid) ?? 0,
    place: short(boot + namespace),
    machine: namespace === FIRST_NAMESPACE ? short(machine) : CONTAINED,
  };
}

/**
 * Whether the process that made a folder has gone. One of another container or machine can't be
 * seen: its folder is abandoned when nothing in it has changed for three hours.
 * @param mark from the folder's name; what is none counts as from elsewhere
 * @param now as the disk dates its files
 */
export function isAbandoned(folder: string, mark: string, own: ProcessMark, now: Date): boolean {
  const [, pid, start, place, machine] = MARK.exec(mark) ?? [];
  if (place === own.place) return !isRunning(Number(pid), Number(start));
  // The same machine, and another boot of it.
  if (machine !== undefined && machine !== CONTAINED && machine === own.machine) return true;
  return now.getTime() - lastChange(folder, 2) > QUIET;
}

function isRunning(pid: number, start: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It runs, and is someone else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (startOf(pid) ?? start) === start;
}

/**
 * proc(5): the twenty-second field; the second is a name in parentheses, which may have any in it.
 */
function startOf(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`);
  return stat === null ? null : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}

/** Of a folder, and of what is so deep in it. */
function lastChange(path: string, depth: number): number {
  const stat = attempt(() => statSync(path));
  const within = depth > 0 && stat?.isDirectory() ? (attempt(() => readdirSync(path)) ?? []) : [];
  const changes = within.map((name) => lastChange(join(path, name), depth - 1));
  return changes.reduce((last, change) => Math.max(last, change), stat?.mtimeMs ?? 0);
}

const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);

const read = (path: string) => attempt(() => readFileSync(path, 'utf8').trim());

/** What is not there, or no longer, is no failure. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
