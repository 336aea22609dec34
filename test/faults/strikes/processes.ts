import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, pick, type Scene } from '../fault.ts';
import { childrenOf } from '../line/processes.ts';
import type { Service } from '../line/service.ts';

/** A job that broke waits half a minute, or a minute. */
const TRAINING_PATIENCE = 60_000;
const TRAINING_TAKES = 8_000;

type Choice = (scene: Scene) => Service | null;

/** SIGKILL; the service manager starts it again. One that is still starting is left alone: on a busy machine nothing else would be struck. */
const kill = (name: string, choose: Choice): Fault => ({
  name: `kill ${name}`,
  async strike(scene) {
    const service = choose(scene);
    if (!service?.isReady) return null;
    await service.kill();
    return { what: service.name, heal: async () => {} };
  },
});

/** As a machine that swaps: it is there, and does nothing. */
const freeze = (name: string, choose: Choice): Fault => ({
  name: `freeze ${name}`,
  async strike(scene) {
    const service = choose(scene);
    if (!service) return null;
    service.signal('SIGSTOP');
    return { what: service.name, heal: async () => service.signal('SIGCONT') };
  },
});

const agent: Choice = ({ line, random }) => pick(random, line.devices).service;

/** The process that runs the model, alone: the agent starts another. */
const killModel: Fault = {
  name: 'kill model',
  async strike({ line, random }) {
    const { name, service } = pick(random, line.devices);
    const children = childrenOf(service.pid).filter(({ command }) => /child/.test(command));
    if (children.length === 0) return null;
    process.kill(pick(random, children).pid, 'SIGKILL');
    return { what: name, heal: async () => {} };
  },
};

/** The process in which the trainer trains, alone: the job breaks, and is tried again. It is waited for: a job may be in between two attempts. */
const killTraining: Fault = {
  name: 'kill training',
  async strike({ line, random }) {
    const { trainer } = line;
    if (!trainer) return null;
    const training = () =>
      childrenOf(trainer.pid).find(({ command }) => command.includes('fit-child'));
    const end = Date.now() + TRAINING_PATIENCE;
    while (!training() && Date.now() < end) {
      await delay(200);
      // At any time of it, and not always as it begins.
      if (training()) await delay(random.between(0, TRAINING_TAKES));
    }
    const child = training();
    if (!child) return null;
    process.kill(child.pid, 'SIGKILL');
    return { what: trainer.name, heal: async () => {} };
  },
};

export const PROCESS_FAULTS: readonly Fault[] = [
  kill('agent', agent),
  killModel,
  kill('control plane', ({ line }) => line.controlPlane),
  kill('broker', ({ line }) => line.mosquitto),
  kill('trainer', ({ line }) => line.trainer),
  killTraining,
  freeze('agent', agent),
  freeze('control plane', ({ line }) => line.controlPlane),
];

/** The broker comes and goes, every second or two. */
export const BROKER_FLAPS: Fault = {
  name: 'broker flaps',
  async strike({ line, random }) {
    const broker = line.mosquitto ?? line.controlPlane;
    let flapping = true;
    const flaps = (async () => {
      while (flapping) {
        await broker.kill();
        await broker.ready(5_000);
        await new Promise((then) => setTimeout(then, random.between(200, 1_500)));
      }
    })();
    return {
      what: broker.name,
      async heal() {
        flapping = false;
        await flaps;
      },
    };
  },
};
