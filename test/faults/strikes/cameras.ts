import { readFileSync } from 'node:fs';
import { type Fault, pick } from '../fault.ts';
import { pids } from '../line/processes.ts';

const FAILS = [{ frames: 7 }, { failure: 'no camera' }, { failure: 'other size' }] as const;

/** Programs of a camera that run now: there are no others in the line's processes. */
function shows(): number[] {
  return pids()
    .filter((pid) => nameOf(pid) === 'ffmpeg')
    .map(Number);
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids.filter((one) => shows().includes(one))) process.kill(pid, name);
}

function nameOf(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    // It has just ended.
    return null;
  }
}

/** It ends after some frames, does not start, shows another size; then it is there again. */
const flaps: Fault = {
  name: 'camera flaps',
  async strike({ line, random }) {
    await line.camera?.behave(pick(random, FAILS));
    signal(shows(), 'SIGKILL');
    return { what: line.devices.at(-1)!.name, heal: async () => line.camera?.behave({}) };
  },
};

/** Connected, and no frame comes. */
const freezes: Fault = {
  name: 'camera freezes',
  async strike({ line }) {
    const frozen = shows();
    signal(frozen, 'SIGSTOP');
    return {
      what: line.devices.at(-1)!.name,
      heal: async () => signal(frozen, 'SIGCONT'),
    };
  },
};

export const CAMERA_FAULTS: readonly Fault[] = [flaps, freezes];
