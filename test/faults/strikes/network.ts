import { execFileSync } from 'node:child_process';
import type { Fault } from '../fault.ts';

/** Of the line's own network: nothing else is there. */
const run = (program: 'ip' | 'tc', ...args: string[]) =>
  execFileSync(program, args, { stdio: 'pipe' });

/** Connections stay open, and nothing comes through. */
const cut: Fault = {
  name: 'network cut',
  async strike() {
    run('ip', 'link', 'set', 'lo', 'down');
    return { what: 'all of it', heal: async () => void run('ip', 'link', 'set', 'lo', 'up') };
  },
};

/** A thin line with a queue that overflows: latency, and packets that are lost. */
const slow: Fault = {
  name: 'network slow',
  async strike({ random }) {
    const rate = `${Math.round(random.between(150, 600))}kbit`;
    run('ip', 'link', 'set', 'lo', 'mtu', '1500');
    const shape = ['tbf', 'rate', rate, 'burst', '8kb', 'latency', '400ms'];
    run('tc', 'qdisc', 'replace', 'dev', 'lo', 'root', ...shape);
    let healed = false;
    return {
      what: rate,
      async heal() {
        if (!healed) run('tc', 'qdisc', 'del', 'dev', 'lo', 'root');
        healed = true;
      },
    };
  },
};

export const NETWORK_FAULTS: readonly Fault[] = [cut, slow];
