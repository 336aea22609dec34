import { openLog, openServiceManager, runDaemon } from '@edgeloop/daemon';
import { type Bytes, epochMillis, mebibytes } from '@edgeloop/protocol';
import type { Command } from 'commander';
import { size } from './amounts.ts';
import { brokerOption } from './broker-url.ts';
import {
  type DatabaseOptions,
  databaseOption,
  databasePasswordOption,
  readDatabaseUrl,
} from './database-options.ts';
import { option, port } from './option.ts';

interface IngestOptions extends DatabaseOptions {
  readonly data: string;
  readonly broker: string;
  readonly brokerCa?: string;
  readonly allowAnonymous?: boolean;
  readonly detectionsMark: Bytes;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
}

/**
 * `edgeloop-control-plane ingest`: beside `run --without-ingest`; of several, one ingests and the
 * others stand by.
 */
export function addIngestCommand(program: Command, version: string): void {
  program
    .command('ingest')
    .description('take what devices say into the store: beside "run --without-ingest", any number')
    .addOption(option('--data <folder>', 'of the control plane').makeOptionMandatory())
    .addOption(databaseOption())
    .addOption(databasePasswordOption())
    .addOption(
      brokerOption(
        'mqtt://user:password@host:port; several: commas, or again',
      ).makeOptionMandatory(),
    )
    .addOption(option('--broker-ca <file>', "who signed that broker's certificate, PEM"))
    .addOption(option('--allow-anonymous', 'as run has it: devices that never enrolled count'))
    .addOption(
      option('--detections-mark <size>', 'with less free on the disk nothing is stored')
        .argParser(size)
        .default(mebibytes(512), '512MiB'),
    )
    .option('--host <address>', 'where /healthz and /metrics are', '127.0.0.1')
    .option('--port <port>', 'of these; 0: any free one', port, 8081)
    .addOption(
      option('--log-level <level>', 'what is logged')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .action((options: IngestOptions) => run(options, version));
}

async function run(options: IngestOptions, version: string): Promise<void> {
  const { data, broker: brokerUrl, host, port: wanted, detectionsMark } = options;
  const log = openLog(2, options.logLevel, {});
  // Who mistyped an option need not wait for these modules.
  const { IngestProcess } = await import('../ingest/ingest-process.ts');
  const daemon = new IngestProcess(
    {
      database: readDatabaseUrl(options, process.env),
      data,
      brokerUrl,
      brokerCa: options.brokerCa ?? null,
      host,
      port: wanted,
      allowAnonymous: options.allowAnonymous ?? false,
      detectionsMark,
    },
    { log: log.logger, version, now: () => epochMillis(Date.now()), random: Math.random },
  );
  const manager = openServiceManager(process, (text) => log.logger.warn(text));
  const healthPort = await runDaemon(daemon, log, { manager, leaving: daemon.leaving });
  log.logger.info({ host, port: healthPort }, 'running');
  // For the program that started it: the port may be any.
  process.stdout.write(`${JSON.stringify({ ready: true, port: healthPort })}\n`);
}
