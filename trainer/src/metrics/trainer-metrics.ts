import type { JobOutcome } from '@edgeloop/protocol';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FitEvent } from '../fit/progress.ts';

const PREFIX = 'edgeloop_trainer_';

/** How a job ended here. `lost`: it was cancelled, or is another trainer's. */
export type JobEnd = JobOutcome['kind'] | 'lost';
const ENDS: readonly JobEnd[] = ['succeeded', 'failed', 'released', 'lost'];

/**
 * Of one trainer, in Prometheus' units: seconds, ratios from 0 to 1. What is told of a training is
 * gone with it.
 */
export class TrainerMetrics {
  readonly registry = new Registry();
  readonly #busy = this.#gauge('busy', 'Whether it works on a job');
  readonly #reached = this.#gauge(
    'server_reached_timestamp_seconds',
    'When the control plane answered last',
  );
  readonly #failures = new Counter({
    name: `${PREFIX}server_failures_total`,
    registers: [this.registry],
    help: 'Requests that the control plane did not answer',
  });
  readonly #jobs = new Counter({
    name: `${PREFIX}jobs_total`,
    registers: [this.registry],
    help: 'Jobs by how they ended',
    labelNames: ['outcome'],
  });
  readonly #seconds = new Histogram({
    name: `${PREFIX}job_seconds`,
    registers: [this.registry],
    help: 'From a job that was taken to its end',
    labelNames: ['outcome'],
    buckets: [60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400],
  });
  readonly #training = {
    progress_ratio: this.#gauge(
      'progress_ratio',
      'Share of the steps of the training that are done',
    ),
    left_seconds: this.#gauge('left_seconds', 'Until the last step, as it looks now'),
    pictures_per_second: this.#gauge('pictures_per_second', 'Pictures that are trained on'),
    waiting_ratio: this.#gauge('waiting_ratio', 'Share of the time that it waits for pictures'),
    loss: this.#gauge('loss', 'Mean over the steps of the epoch so far'),
    accuracy_ratio: this.#gauge('accuracy_ratio', 'Of the training side, of the epoch so far'),
    validation_accuracy_ratio: this.#gauge(
      'validation_accuracy_ratio',
      'Of the validation side, after the last epoch',
    ),
  };

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.#busy.set(0);
    for (const outcome of ENDS) this.#jobs.inc({ outcome }, 0);
  }

  /** A job was taken. @returns to be called with how it ended */
  begin(): (outcome: JobEnd) => void {
    this.#busy.set(1);
    const end = this.#seconds.startTimer();
    return (outcome) => {
      this.#busy.set(0);
      end({ outcome });
      this.#jobs.inc({ outcome });
      for (const gauge of Object.values(this.#training)) gauge.reset();
    };
  }

  event(event: FitEvent): void {
    const {
      progress_ratio,
      left_seconds,
      pictures_per_second,
      waiting_ratio,
      loss,
      ...accuracies
    } = this.#training;
    if (event.kind === 'step') {
      progress_ratio.set(event.step / event.steps);
      left_seconds.set(event.secondsLeft);
      pictures_per_second.set(event.imagesPerSecond);
      waiting_ratio.set(event.waitingShare);
      loss.set(event.loss);
      accuracies.accuracy_ratio.set(event.accuracy);
    } else if (event.kind === 'epoch') {
      accuracies.validation_accuracy_ratio.set(event.validationAccuracy);
    }
  }

  /** Whether the control plane answered, whatever it said. */
  asked(answered: boolean): void {
    if (answered) this.#reached.setToCurrentTime();
    else this.#failures.inc();
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name: PREFIX + name, help, registers: [this.registry] });
  }
}
