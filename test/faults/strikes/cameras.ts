import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, pick } from '../fault.ts';

const FAILS = [{ frames: 7 }, { failure: 'no camera' }, { failure: 'other size' }] as const;

/** Programs of a camera that run now. */
function shows(): number[] {
  try {
    return execFileSync('pgrep', ['ffmpeg'], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/** It ends after some frames, does not start, shows another size; then it is there again. */
const flaps: Fault = {
  name: 'camera flaps',
  async strike({ line, random }) {
    await line.camera?.behave(pick(random, FAILS));
    for (const pid of shows()) process.kill(pid, 'SIGKILL');
    return { what: line.devices.at(-1)!.name, heal: async () => line.camera?.behave({}) };
  },
};

/** Connected, and no frame comes. */
const freezes: Fault = {
  name: 'camera freezes',
  async strike({ line }) {
    const frozen = shows();
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    await delay(0);
    return {
      what: line.devices.at(-1)!.name,
      async heal() {
        for (const pid of frozen.filter((one) => shows().includes(one)))
          process.kill(pid, 'SIGCONT');
      },
    };
  },
};

export const CAMERA_FAULTS: readonly Fault[] = [flaps, freezes];
