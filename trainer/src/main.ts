#!/usr/bin/env node
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { nameOptions } from '@edgeloop/daemon/name-options';
import { tellUnknownFirst } from '@edgeloop/daemon/tell-unknown-first';
import { EdgeloopError } from '@edgeloop/protocol/errors';
import { Command } from 'commander';
import { interrupted } from './fit/interrupted.ts';
import { temporaryFolder } from './run/temporary-folder.ts';

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
const workFolder = join(cache, 'edgeloop', 'work');

const { signal } = interruption;
/** Loaded when they are named: what `fit` is made of takes most of a second to load. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['fit', loadFit],
  [
    'quantize',
    async () => (await import('./commands/quantize-command.ts')).quantizeCommand(version, signal),
  ],
  ['verify', async () => (await import('./commands/verify-command.ts')).verifyCommand()],
  ['work', loadWork],
  [
    'weights',
    async () =>
      (await import('./commands/weights-command.ts')).weightsCommand(weightsFolder, signal),
  ],
]);

/** Commands that run models before they are a package. `work` does so in the folder of the job. */
const MAKE_MODELS: ReadonlySet<string> = new Set(['fit', 'quantize']);

async function loadFit(): Promise<Command> {
  const { fitCommand } = await import('./commands/fit-command.ts');
  return fitCommand(version, { weightsFolder, kernelFolder }, signal);
}

async function loadWork(): Promise<Command> {
  const { workCommand } = await import('./commands/work-command.ts');
  return workCommand(version, { weightsFolder, kernelFolder, workFolder }, signal);
}

const program = new Command('edgeloop-trainer')
  .description('Trains, quantizes, evaluates and packages a model')
  .version(version);
tellUnknownFirst(program);

let temporary: string | null = null;
program.hook('preAction', async (_program, command) => {
  if (!MAKE_MODELS.has(command.name())) return;
  temporary = await temporaryFolder(tmpdir());
  // Of the processes that it starts, too.
  process.env.TMPDIR = temporary;
});

try {
  const named = COMMANDS.get(process.argv[2] ?? '');
  for (const load of named ? [named] : COMMANDS.values()) program.addCommand(await load());
  nameOptions(program);
  await program.parseAsync();
} catch (error) {
  const known = error instanceof EdgeloopError;
  process.stderr.write(`${known ? error.message : (error as Error).stack}\n`);
  if (!interruption.signal.aborted) process.exitCode = known ? error.exitStatus : 1;
}
// Where that fails, the next that is started does it.
if (temporary !== null) await rm(temporary, { recursive: true, force: true }).catch(() => {});
// Pictures that were being decoded for a step that will not come are let go.
process.exit();
