import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childModule } from '@edgeloop/onnx';
import { TrainerError } from '../errors.ts';
import type { FitOptions, FitSummary } from '../fit/fit-options.ts';
import type { Report } from '../fit/progress.ts';
import { JobFailure } from './failure-of.ts';
import type { FitAnswer, FitRequest } from './fit-messages.ts';

/** To end after it was told to. */
const PATIENCE = 30_000;

/**
 * `fit` in a process of its own: what it computes at a stretch keeps no heartbeat waiting, and when
 * the machine has no memory left, the trainer is there to say so.
 * @param temporary A folder for what a fit that is killed leaves behind; it is there.
 * @throws JobFailure what ended the fit; TrainerError `FIT_DIED`
 */
export function fitInProcess(
  options: FitOptions,
  temporary: string,
  show: Report,
  signal: AbortSignal,
): Promise<FitSummary> {
  const module = fileURLToPath(childModule('fit-child', import.meta.url));
  const child = fork(module, {
    serialization: 'advanced',
    stdio: ['ignore', 2, 2, 'ipc'],
    env: { ...process.env, TMPDIR: temporary },
    execArgv: module.endsWith('.ts') ? process.execArgv : [],
  });
  const send = (request: FitRequest) => child.send(request, () => {});
  let patience: NodeJS.Timeout | undefined;
  const stop = () => {
    send({ kind: 'stop' });
    patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  };
  return new Promise<FitSummary>((resolve, reject) => {
    let summary: FitSummary | null = null;
    let failure: Error | null = null;
    child.on('message', (answer: FitAnswer) => {
      if (answer.kind === 'event') show(answer.event);
      else if (answer.kind === 'finished') summary = answer.summary;
      else failure = new JobFailure(answer.failure);
    });
    child.on('error', reject);
    // When it is gone, nothing of it writes any more.
    child.on('exit', (status, by) => {
      if (summary) resolve(summary);
      else reject(failure ?? died(by ?? `status ${status}`));
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    send({ kind: 'fit', options });
  }).finally(() => {
    signal.removeEventListener('abort', stop);
    clearTimeout(patience);
  });
}

function died(how: string): TrainerError {
  const message = `Expected the training to end with a package, its process was ended by ${how}. Has the machine too little memory?`;
  return new TrainerError('FIT_DIED', message);
}
