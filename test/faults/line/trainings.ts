import { setTimeout as delay } from 'node:timers/promises';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { DEFAULT_GATE } from '../../../control-plane/src/jobs/gate/gate-policy.ts';
import type { JobSummary } from '../../../control-plane/src/resources/job.ts';
import { storedZip } from '../../stand/stored-zip.ts';
import type { Line } from './line.ts';

/** Each with a job: while that of one waits, because it broke, the trainer has the other's. */
export const TRAINED_TASKS = ['parts', 'boards'] as const;
type TrainedTask = (typeof TRAINED_TASKS)[number];
const CLASSES = ['empty', 'good'] as const;
/** Pictures of each class. */
const SIDES = { train: 12, val: 2, test: 4 };
/** Some 10 s on one core that does nothing else. */
const RECIPE = { size: 32, epochs: 2, batch: 4, learningRate: 0.01 };
const GATE = {
  ...DEFAULT_GATE,
  leastSamples: 8,
  floors: { accuracy: 0, classRecall: 0 },
  int8Loss: { overall: 1, perClass: 1 },
};
export const JOB_ENDS: readonly string[] = ['succeeded', 'failed', 'cancelled'];
/** One of so many is cancelled, some time after it was asked for. */
const CANCELLED_OF = 5;
const CANCEL_AFTER = 8_000;
const LOOK_EVERY = 300;
/** The longest wait of a job that broke before its last attempt is 4 min. */
const PATIENCE = 420_000;

/** A job that the control plane said it has. */
export interface AskedJob {
  readonly job: string;
  /** When that was heard. */
  readonly at: number;
  /** When it was last seen to have ended; null: never. */
  endedAt: number | null;
  /** When it was told to be cancelled, and when that was heard to be done. */
  cancelAskedAt: number | null;
  cancelledAt: number | null;
}

/** Asks for one training of each task after another, while faults strike. */
export class Trainings {
  readonly #line: Line;
  readonly #say: (text: string) => void;
  readonly asked: AskedJob[] = [];
  #going: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #seed = 0;

  constructor(line: Line, say: (text: string) => void) {
    this.#line = line;
    this.#say = say;
  }

  /** Pictures and labels are there before anything breaks. */
  async start(): Promise<void> {
    const { api } = this.#line;
    const zip = new Uint8Array(await pictures());
    for (const task of TRAINED_TASKS) {
      await api.post('/api/tasks', { task, classes: CLASSES });
      const path = `/api/tasks/${task}/import?format=imagefolder`;
      const imported = await api.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/zip' },
        body: zip,
      });
      if (!imported.ok) throw new Error(`${path}: ${await imported.text()}`);
      await api.post(`/api/tasks/${task}/datasets`);
    }
    this.#going = Promise.all(TRAINED_TASKS.map((task) => this.#goOn(task)));
  }

  /** No more of them are asked for. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#going;
  }

  /** All that are there come to an end, and then one more. @returns how that ended */
  async last(): Promise<string> {
    const end = Date.now() + PATIENCE;
    const isOver = () => Date.now() > end;
    for (const task of TRAINED_TASKS) {
      for (let before = await this.#active(task); before && !isOver(); ) {
        await this.#follow(before, isOver);
        before = await this.#active(task);
      }
    }
    const job = await this.#ask(TRAINED_TASKS[0]);
    await this.#follow(job, isOver);
    const { state, reason } = await this.#line.api.get(`/api/jobs/${job.job}`);
    return reason === null ? state : `${state}: ${reason}`;
  }

  async #goOn(task: TrainedTask): Promise<void> {
    while (!this.#stopped) {
      try {
        const job = (await this.#active(task)) ?? (await this.#ask(task));
        await this.#follow(job, () => this.#stopped);
      } catch {
        // No control plane is there to ask, or it lies in pieces.
        await delay(1_000);
      }
    }
  }

  async #ask(task: TrainedTask): Promise<AskedJob> {
    const { job } = await this.#line.api.post('/api/jobs', {
      task,
      gate: GATE,
      init: { kind: 'random' },
      // Each another package.
      recipe: { ...RECIPE, seed: ++this.#seed },
    });
    return this.#known(job);
  }

  /** One that waits or is worked on: the answer to who asked for it was lost, or its end was. */
  async #active(task: TrainedTask): Promise<AskedJob | null> {
    const found = await this.#get(`/api/jobs?task=${task}&limit=1000`);
    const [active] = (found.jobs as JobSummary[]).filter(({ state }) => !JOB_ENDS.includes(state));
    return active ? this.#known(active.job) : null;
  }

  #known(id: string): AskedJob {
    const before = this.asked.find(({ job }) => job === id);
    if (before) return before;
    const asked = { endedAt: null, cancelAskedAt: null, cancelledAt: null };
    const job: AskedJob = { job: id, at: Date.now(), ...asked };
    this.asked.push(job);
    return job;
  }

  /** Until it has ended, is no longer known, or nobody wants to know. */
  async #follow(job: AskedJob, isOver: () => boolean): Promise<void> {
    const isCancelled = !this.#stopped && this.asked.indexOf(job) % CANCELLED_OF === 2;
    job.endedAt = null;
    for (const begun = Date.now(); !isOver(); await delay(LOOK_EVERY)) {
      const view = await this.#get(`/api/jobs/${job.job}`).catch(() => null);
      if (view?.code === 'NOT_FOUND') {
        return this.#say(`   job ${job.job} is no longer known`);
      }
      if (view && JOB_ENDS.includes(view.state)) {
        job.endedAt = Date.now();
        const { state, attempts, reason } = view;
        return this.#say(`   job ${job.job}: ${state}, attempt ${attempts} ${reason ?? ''}`);
      }
      if (isCancelled && Date.now() > begun + CANCEL_AFTER) await this.#cancel(job);
    }
  }

  async #cancel(job: AskedJob): Promise<void> {
    job.cancelAskedAt ??= Date.now();
    const path = `/api/jobs/${job.job}/cancel`;
    const done = await this.#line.api.fetch(path, { method: 'POST' }).catch(() => null);
    if (done?.ok) job.cancelledAt = Date.now();
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  async #get(path: string): Promise<any> {
    const response = await this.#line.api.fetch(path, { signal: AbortSignal.timeout(10_000) });
    if (response.status >= 500) throw new Error(await response.text());
    return response.json();
  }
}

async function pictures(): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  let seed = 0;
  for (const [side, count] of Object.entries(SIDES)) {
    for (let i = 0; i < count; i++, seed++) {
      for (const label of CLASSES) {
        files[`${side}/${label}/${seed}.jpg`] = await encodeJpeg(await drawSample(seed, label), 88);
      }
    }
  }
  return storedZip(files);
}
