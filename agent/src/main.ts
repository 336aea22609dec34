#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EdgeloopError, epochMillis, millis, type OccurrenceId, parseId } from '@edgeloop/protocol';
import { Command } from 'commander';
import pino from 'pino';
import { Agent, loadPackages } from './agent.ts';
import { loadConfig } from './config/load-config.ts';
import { outboxStatus } from './outbox/outbox-status.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** Bytes of the log that wait to be written; what is beyond is dropped. */
const LOG_BACKLOG = 1 << 20;

const program = new Command('edgeloop-agent')
  .description('Looks at the world through a quantized model and publishes what it sees.')
  .version(version);

program
  .command('run')
  .description('run until a signal ends it')
  .requiredOption('--config <file>', 'agent.yaml')
  .action(({ config }: { config: string }) => run(config));

program
  .command('check-config')
  .description('check the configuration and the model packages that it names, and run nothing')
  .requiredOption('--config <file>', 'agent.yaml')
  .action(async ({ config }: { config: string }) => {
    await loadPackages(await loadConfig(config));
    process.stdout.write(`${config}: no mistakes.\n`);
  });

program
  .command('outbox')
  .description('print how the outbox stands, as one line of JSON')
  .requiredOption('--config <file>', 'agent.yaml')
  .action(async ({ config }: { config: string }) => {
    const { state, outbox } = await loadConfig(config);
    process.stdout.write(`${JSON.stringify(await outboxStatus(state, outbox))}\n`);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof EdgeloopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitStatus;
}

async function run(path: string): Promise<void> {
  const config = await loadConfig(path);
  // Never waits for whoever reads the log: a reader that hangs must not stop the work.
  const output = pino.destination({ dest: 1, sync: false, maxLength: LOG_BACKLOG });
  output.on('error', () => {});
  const log = pino({ level: config.logLevel, base: { device: config.device } }, output);
  const agent = new Agent(config, {
    log,
    version,
    bootId: parseId('boot', randomUUID()),
    clock: {
      now: () => epochMillis(Date.now()),
      monotonic: () => millis(performance.now()),
    },
    random: Math.random,
    newId: () => randomUUID() as string as OccurrenceId,
  });
  const end = (reason: string) => {
    log.info({ reason }, 'ending');
    // A second signal ends it at once.
    process.once('SIGTERM', () => process.exit(1));
    process.once('SIGINT', () => process.exit(1));
    void agent.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  // Who started it is gone.
  process.once('disconnect', () => end('disconnect'));
  process.channel?.unref();
  await agent.start();
}
