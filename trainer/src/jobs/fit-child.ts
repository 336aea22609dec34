import { fit } from '../fit/fit.ts';
import type { FitOptions } from '../fit/fit-options.ts';
import { interrupted } from '../fit/interrupted.ts';
import { failureOf } from './failure-of.ts';
import type { FitAnswer, FitRequest } from './fit-messages.ts';

const stop = new AbortController();
process.on('message', (request: FitRequest) => {
  if (request.kind === 'fit') void run(request.options);
  else stop.abort(interrupted('its trainer'));
});
// Who started it is gone: another trainer goes on from what was brought.
process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches every process of a terminal: when to end is the trainer's to say.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

async function run(options: FitOptions): Promise<void> {
  const tell = (event: Extract<FitAnswer, { kind: 'event' }>['event']) =>
    send({ kind: 'event', event });
  try {
    send({ kind: 'finished', summary: await fit(options, tell, stop.signal) });
  } catch (error) {
    send({ kind: 'failed', failure: failureOf(error) });
  }
  process.disconnect();
}

function send(answer: FitAnswer): void {
  process.send?.(answer, undefined, undefined, () => {});
}
