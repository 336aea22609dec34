#!/usr/bin/env node
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { EdgeloopError } from '@edgeloop/protocol';
import { Command } from 'commander';
import { fitCommand } from './commands/fit-command.ts';
import { quantizeCommand } from './commands/quantize-command.ts';
import { verifyCommand } from './commands/verify-command.ts';
import { weightsCommand } from './commands/weights-command.ts';
import { interrupted } from './fit/interrupted.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const interruption = new AbortController();
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    // Twice means at once.
    if (interruption.signal.aborted) process.exit(status);
    process.exitCode = status;
    interruption.abort(interrupted(signal));
  });
}

// Who started it is gone.
process.on('disconnect', () => {
  process.exitCode = 143;
  interruption.abort(interrupted('the end of the program that started it'));
});
process.channel?.unref();

// The XDG Base Directory Specification ignores relative ones.
const { XDG_CACHE_HOME: cacheHome = '' } = process.env;
const cache = isAbsolute(cacheHome) ? cacheHome : join(homedir(), '.cache');
const weightsFolder = join(cache, 'edgeloop', 'weights');
const kernelFolder = join(cache, 'edgeloop', 'kernels');

const program = new Command('edgeloop-trainer')
  .description('Trains, quantizes, evaluates and packages a model')
  .version(version)
  .addCommand(fitCommand(version, { weightsFolder, kernelFolder }, interruption.signal))
  .addCommand(quantizeCommand(version, interruption.signal))
  .addCommand(verifyCommand())
  .addCommand(weightsCommand(weightsFolder, interruption.signal));

try {
  await program.parseAsync();
} catch (error) {
  const known = error instanceof EdgeloopError;
  process.stderr.write(`${known ? error.message : (error as Error).stack}\n`);
  if (!interruption.signal.aborted) process.exitCode = known ? error.exitStatus : 1;
}
// Pictures that were being decoded for a step that will not come are let go.
process.exit();
