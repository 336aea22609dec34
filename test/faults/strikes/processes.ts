import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, pick, type Scene } from '../fault.ts';
import { descendantsOf, programOf, type RunningProcess } from '../line/processes.ts';
import type { Service } from '../line/service.ts';

/** A job that broke waits half a minute, or a minute. */
const TRAINING_PATIENCE = 60_000;
const TRAINING_TAKES = 8_000;

/** A package is looked at in some seconds, on a busy machine. */
const CHECK_PATIENCE = 10_000;
const CHECK_TAKES = 1_000;
const CHECK_TRIES = 4;
/** Of so many kills one strikes who is still starting, too: more would let nobody come to work. */
const STARTING_OF = 5;
const STARTING_TAKES = 2_000;

type Choice = (scene: Scene) => Service | null;

/**
 * SIGKILL; the service manager starts it again. One in five strikes it a second time, while it
 * starts.
 */
const kill = (name: string, choose: Choice): Fault => ({
  name: `kill ${name}`,
  async strike(scene) {
    const { ledger, random } = scene;
    const service = choose(scene);
    const again = random.chance(1 / STARTING_OF);
    if (!service || service.pid === 0 || !(again || service.isReady)) return null;
    ledger.kill(service.isReady ? service.name : `${service.name}, starting`);
    await service.kill();
    if (again) {
      await service.begun();
      await delay(random.between(0, STARTING_TAKES));
      if (service.pid !== 0 && !service.isReady) {
        ledger.kill(`${service.name}, starting`);
        await service.kill();
      }
    }
    return { what: `${service.name}${again ? ', twice' : ''}`, heal: async () => {} };
  },
});

/** One of those that a service has started, alone. */
function killBelow({ ledger, random }: Scene, service: Service, found: readonly RunningProcess[]) {
  const { pid, command } = pick(random, found);
  const program = programOf(command);
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
    return null;
  }
  ledger.kill(`${service.name}: ${program}`);
  return { what: `${service.name}: ${program}`, heal: async () => {} };
}

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

const ingest: Choice = ({ line, random }) =>
  line.ingests.length === 0 ? null : pick(random, line.ingests);

/**
 * PostgreSQL: the first of its processes alone, without a word to the others (SIGKILL), or all at
 * once (SIGQUIT: "immediate").
 */
const killDatabase: Fault = {
  name: 'kill database',
  async strike({ line, ledger, random }) {
    const { postgres } = line;
    if (!postgres?.isReady) return null;
    const signal = random.chance(0.5) ? 'SIGKILL' : 'SIGQUIT';
    ledger.kill(postgres.name);
    await postgres.kill(signal);
    return { what: `${postgres.name}: ${signal}`, heal: async () => {} };
  },
};

const agent: Choice = ({ line, random }) => pick(random, line.devices).service;

/** The process that runs the model, alone: the agent starts another. */
const killModel: Fault = {
  name: 'kill model',
  async strike(scene) {
    const { service } = pick(scene.random, scene.line.devices);
    const children = descendantsOf(service.pid).filter(({ command }) => /child/.test(command));
    return children.length === 0 ? null : killBelow(scene, service, children);
  },
};

/**
 * A process in which the trainer trains, alone: the job breaks, and is tried again. It is waited
 * for: a job may be in between two attempts.
 */
const killTraining: Fault = {
  name: 'kill training',
  async strike(scene) {
    const { line, random } = scene;
    const { trainer } = line;
    if (!trainer) return null;
    const end = Date.now() + TRAINING_PATIENCE;
    while (descendantsOf(trainer.pid).length === 0 && Date.now() < end) {
      await delay(200);
      // At any time of it, and not always as it begins.
      if (descendantsOf(trainer.pid).length > 0) await delay(random.between(0, TRAINING_TAKES));
    }
    const found = descendantsOf(trainer.pid);
    return found.length === 0 ? null : killBelow(scene, trainer, found);
  },
};

/**
 * A process that the control plane has started: that of a package, which comes for it, or whichever
 * else is there.
 */
const killCheck: Fault = {
  name: 'kill check',
  async strike(scene) {
    const { line, random } = scene;
    const { controlPlane } = line;
    for (let tries = 0; tries < CHECK_TRIES && controlPlane.isReady; tries++) {
      // It may be refused, or nobody may be there to take it.
      void line.pushAnother().catch(() => {});
      const end = Date.now() + CHECK_PATIENCE;
      while (descendantsOf(controlPlane.pid).length === 0 && Date.now() < end) await delay(20);
      // At any time of it; on a machine that has nothing else to do it is over by then.
      await delay(random.between(0, CHECK_TAKES / (tries + 1)));
      const found = descendantsOf(controlPlane.pid);
      const struck = found.length > 0 && killBelow(scene, controlPlane, found);
      if (struck) return struck;
    }
    return null;
  },
};

export const PROCESS_FAULTS: readonly Fault[] = [
  kill('agent', agent),
  killModel,
  kill('control plane', ({ line }) => line.controlPlane),
  killCheck,
  kill('ingest', ingest),
  killDatabase,
  kill('broker', ({ line }) => line.mosquitto),
  kill('trainer', ({ line }) => line.trainer),
  killTraining,
  freeze('agent', agent),
  freeze('control plane', ({ line }) => line.controlPlane),
  freeze('ingest', ingest),
];

/** The broker comes and goes, every second or two. */
export const BROKER_FLAPS: Fault = {
  name: 'broker flaps',
  async strike({ line, ledger, random }) {
    const broker = line.mosquitto ?? line.controlPlane;
    let flapping = true;
    const flaps = (async () => {
      while (flapping) {
        ledger.kill(broker.name);
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
