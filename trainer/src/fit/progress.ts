import { type Millis, seconds } from '@edgeloop/protocol';

/** What `fit` tells while it runs. */
export type FitEvent =
  | { readonly kind: 'reading'; readonly folder: string }
  | {
      readonly kind: 'dataset';
      readonly classes: readonly string[];
      readonly train: number;
      readonly validation: number;
      readonly test: number;
      readonly skipped: readonly { readonly file: string; readonly reason: string }[];
    }
  | {
      readonly kind: 'step';
      readonly epoch: number;
      readonly epochs: number;
      /** Of the whole training, as `steps`: epochs before count. */
      readonly step: number;
      readonly steps: number;
      /** Means over the steps of this epoch so far. */
      readonly loss: number;
      readonly accuracy: number;
      /** Of the last step. */
      readonly learningRate: number;
      readonly imagesPerSecond: number;
      /** Share of the time that the engine waited for pictures. */
      readonly waitingShare: number;
      readonly secondsLeft: number;
    }
  /** What follows goes on from there: later steps that were told before are told again. */
  | { readonly kind: 'resumed'; readonly epoch: number; readonly stepsOfEpoch: number }
  /** Of the last layer alone, before the whole network. */
  | {
      readonly kind: 'probe';
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      readonly accuracy: number;
    }
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      readonly accuracy: number;
      readonly validationAccuracy: number;
      /** Mean −log of the score of the true class, without label smoothing. */
      readonly validationLoss: number;
      /** Of the last step. */
      readonly learningRate: number;
    }
  | { readonly kind: 'phase'; readonly text: string }
  /** The last one: the package is written. */
  | {
      readonly kind: 'finished';
      readonly package: string;
      readonly testAccuracy: number;
      readonly int8TestAccuracy: number;
      readonly seconds: number;
    };

export type Report = (event: FitEvent) => void;

interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const BAR = 24;
/** Between lines within an epoch, where they are not written over. */
const LIVE: Millis = seconds(5);
/** So long without a word, and it says that it is still at it. */
const SILENCE: Millis = seconds(10);

/** Progress for a person to read. */
export interface ProgressReport {
  readonly show: Report;
  /** To be called every second or so: phases take as long as they take. */
  readonly tick: () => void;
}

/**
 * One line that is written over on a terminal; elsewhere a line an epoch, and one after five
 * seconds without.
 * @param now monotonic
 */
export function progressReport(screen: Screen, now: () => number): ProgressReport {
  const clear = screen.isTTY ? '\r\x1b[2K' : '';
  let said = now();
  let doing: { readonly text: string; readonly since: number } | null = null;
  const line = (text: string) => {
    said = now();
    screen.write(`${clear}${text}\n`);
  };
  const begin = (text: string) => {
    line(text);
    doing = { text, since: said };
  };
  const showStep = (event: Extract<FitEvent, { kind: 'step' }>) => {
    if (screen.isTTY) {
      screen.write(`${clear}${bar(event)}`.slice(0, (screen.columns ?? 120) + 4));
    } else if (now() - said >= LIVE) line(bar(event));
    // The next says more than that it is still at it.
    doing = null;
  };
  const show: Report = (event) => {
    switch (event.kind) {
      case 'reading':
        return begin(`Reading ${event.folder}`);
      case 'dataset':
        for (const { file, reason } of event.skipped) line(`Skipped ${file}: ${reason}`);
        return begin(
          `${event.train} pictures to train, ${event.validation} to validate, ${event.test} to test; classes ${event.classes.join(', ')}`,
        );
      case 'step':
        return showStep(event);
      case 'epoch':
        return line(
          `Epoch ${event.epoch}/${event.epochs}  loss ${event.loss.toFixed(3)}  accuracy ${percent(event.accuracy)}  validation ${percent(event.validationAccuracy)}, loss ${event.validationLoss.toFixed(3)}`,
        );
      case 'resumed':
        return line(`Going on in epoch ${event.epoch}, after ${event.stepsOfEpoch} of its steps`);
      case 'phase':
        return begin(event.text);
      case 'probe':
        return;
      // The end has a summary of its own.
      case 'finished':
        doing = null;
    }
  };
  const tick = () => {
    if (!doing || now() - said < SILENCE) return;
    line(`${doing.text}: ${Math.round((now() - doing.since) / 1000)} s so far`);
  };
  return { show, tick };
}

function bar(event: Extract<FitEvent, { kind: 'step' }>): string {
  const done = Math.round((event.step / event.steps) * BAR);
  return `[${'█'.repeat(done)}${'·'.repeat(BAR - done)}] epoch ${event.epoch}/${event.epochs}  loss ${event.loss.toFixed(3)}  accuracy ${percent(event.accuracy)}  ${event.imagesPerSecond.toFixed(0)} images/s  ${Math.ceil(event.secondsLeft)} s left`;
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}
