import {
  type JobProgress,
  LOG_LINE_LENGTH,
  type TrainedEpoch,
  timestamp,
} from '@edgeloop/protocol';
import type { FitEvent } from '../fit/progress.ts';

/** What is to be told of a job with the next heartbeat. */
export interface JobReport {
  readonly progress: JobProgress;
  readonly epochs: readonly TrainedEpoch[];
  readonly log: readonly { readonly at: ReturnType<typeof timestamp>; readonly text: string }[];
}

const IDLE: Omit<JobProgress, 'phase'> = {
  epoch: null,
  epochs: null,
  step: null,
  steps: null,
  loss: null,
  accuracy: null,
  imagesPerSecond: null,
  secondsLeft: null,
};

export const NOTHING_TOLD: JobReport = {
  progress: { phase: 'Starting', ...IDLE },
  epochs: [],
  log: [],
};

/** Lines that wait while nobody can be told: older ones go. */
const MOST_LINES = 2000;

/**
 * The report with what a training says. Steps are progress; everything else is a line of the log,
 * too.
 */
export function withEvent(report: JobReport, event: FitEvent, now: number): JobReport {
  switch (event.kind) {
    case 'reading':
      return withPhase(report, 'Reading pictures', now);
    case 'dataset': {
      const { train, validation, test, classes, skipped } = event;
      const text = `${train} pictures to train, ${validation} to validate, ${test} to test; classes ${classes.join(', ')}`;
      const told = skipped.map(({ file, reason }) => `Skipped ${file}: ${reason}`);
      return [text, ...told].reduce((sum, line) => withLine(sum, line, now), report);
    }
    case 'step': {
      const { epoch, epochs, step, steps, loss, accuracy, imagesPerSecond, secondsLeft } = event;
      const progress = {
        phase: 'Training',
        epoch,
        epochs,
        step,
        steps,
        loss: finite(loss),
        accuracy: finite(accuracy),
        imagesPerSecond: finite(imagesPerSecond),
        secondsLeft: finite(secondsLeft),
      };
      return { ...report, progress };
    }
    case 'epoch': {
      const { epoch, epochs, loss, accuracy, validationLoss, validationAccuracy, learningRate } =
        event;
      const text = `Epoch ${epoch}/${epochs}: loss ${loss.toFixed(3)}, accuracy ${percent(accuracy)}, validation ${percent(validationAccuracy)}, loss ${validationLoss.toFixed(3)}`;
      const trained = { epoch, loss, accuracy, validationLoss, validationAccuracy, learningRate };
      const told = withLine(report, text, now);
      // A curve has no point at infinity, and a heartbeat that is refused would count as a lost
      // lease.
      const isPoint = Object.values(trained).every(Number.isFinite);
      return isPoint ? { ...told, epochs: [...report.epochs, trained] } : told;
    }
    case 'resumed':
      return withLine(
        report,
        `Going on in epoch ${event.epoch}, after ${event.stepsOfEpoch} of its steps`,
        now,
      );
    case 'probe':
      return withPhase(report, `Last layer alone, ${event.epoch} of ${event.epochs}`, null);
    case 'phase':
      return withPhase(report, event.text, now);
    case 'finished':
      return withPhase(report, 'The package is written', now);
  }
}

/** @param now null: no line of the log */
export function withPhase(report: JobReport, phase: string, now: number | null): JobReport {
  const next = { ...report, progress: { phase: phase.slice(0, 200), ...IDLE } };
  return now === null ? next : withLine(next, phase, now);
}

export function withLine(report: JobReport, text: string, now: number): JobReport {
  const line = { at: timestamp(now), text: text.slice(0, LOG_LINE_LENGTH) };
  return { ...report, log: [...report.log, line].slice(-MOST_LINES) };
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);
const percent = (ratio: number) => `${(100 * ratio).toFixed(1)} %`;
