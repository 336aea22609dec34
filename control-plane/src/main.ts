#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openLog, openServiceManager, runDaemon } from '@edgeloop/daemon';
import { nameOptions } from '@edgeloop/daemon/name-options';
import { tellUnknownFirst } from '@edgeloop/daemon/tell-unknown-first';
import {
  type Bytes,
  EdgeloopError,
  epochMillis,
  type Millis,
  mebibytes,
  seconds,
} from '@edgeloop/protocol';
import { Command } from 'commander';
import { addBrokerCommand } from './commands/add-broker-command.ts';
import { addIngestCommand } from './commands/add-ingest-command.ts';
import { addLoginLinkCommand } from './commands/add-login-link-command.ts';
import { addTokenCommand } from './commands/add-token-command.ts';
import { duration, size } from './commands/amounts.ts';
import { addBrokerFilesCommand } from './commands/broker-files.ts';
import { addBrokerOptions, readBrokerOptions } from './commands/broker-options.ts';
import { brokerOption } from './commands/broker-url.ts';
import {
  databaseOption,
  databasePasswordOption,
  readDatabaseUrl,
} from './commands/database-options.ts';
import { homeAssistantOption, option, port } from './commands/option.ts';
import { ownAddress } from './commands/own-address.ts';
import type { ControlPlaneConfig } from './config.ts';
import { ControlPlaneError } from './errors.ts';
import { writeHivemqFiles } from './hivemq/write-hivemq-files.ts';
import { writeMosquittoFiles } from './mosquitto/write-mosquitto-files.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

interface RunOptions {
  data: string;
  database?: string;
  databasePasswordFile?: string;
  host: string;
  port: number;
  broker?: string;
  brokerCa?: string;
  deviceBroker?: string;
  withoutIngest?: boolean;
  allowAnonymous?: boolean;
  homeAssistant?: string;
  tlsCert?: string;
  tlsKey?: string;
  retainAge?: Millis;
  retainBytes?: Bytes;
  retainSampleAge?: Millis;
  retainSampleBytes?: Bytes;
  retainPictureAge: Millis;
  retainPictureBytes: Bytes;
  samplesMark: Bytes;
  detectionsMark: Bytes;
  silentAfter: Millis;
  keys?: string;
  signingKey?: string;
  onlineKey?: string;
  leaseTime: Millis;
  logLevel: string;
}

const program = new Command('edgeloop-control-plane')
  .description('Broker, ingest, store and API of a fleet.')
  .version(version);

const runCommand = program
  .command('run')
  .description('run until a signal ends it')
  .addOption(option('--data <folder>', 'what it keeps').makeOptionMandatory())
  .addOption(databaseOption())
  .addOption(databasePasswordOption())
  .addOption(option('--host <address>', 'where the API listens').default('127.0.0.1'))
  .addOption(option('--port <port>', 'of the API; 0: any free one').argParser(port).default(8080))
  .addOption(option('--tls-cert <file>', "the API's certificate, PEM: HTTPS"))
  .addOption(option('--tls-key <file>', 'the key to it'))
  .addOption(option('--keys <folder>', 'of edgeloop keys: whose packages count'))
  .addOption(option('--signing-key <file>', 'a private key for packages, kept elsewhere'))
  .addOption(option('--online-key <file>', 'the private key for assignments, kept elsewhere'))
  .addOption(
    brokerOption('use another broker: mqtt://user:password@host:port; a cluster: commas, or again'),
  )
  .addOption(option('--broker-ca <file>', "who signed that broker's certificate, PEM"))
  .addOption(brokerOption('where devices find it, if elsewhere', '--device-broker <url>'))
  .addOption(option('--without-ingest', 'others take in what devices say: the command ingest'))
  .addOption(
    option('--allow-anonymous', 'let devices in that never enrolled: for a closed network'),
  )
  .addOption(homeAssistantOption())
  .addOption(
    option('--retain-age <duration>', 'detections received longer ago are removed: 90d').argParser(
      duration,
    ),
  )
  .addOption(
    option(
      '--retain-bytes <size>',
      'the oldest are removed while the database holds more: 20GiB',
    ).argParser(size),
  )
  .addOption(
    option(
      '--retain-sample-age <duration>',
      'pictures without a label received longer ago are removed: 90d',
    ).argParser(duration),
  )
  .addOption(
    option(
      '--retain-sample-bytes <size>',
      'the oldest without a label are removed while all take more: 100GiB',
    ).argParser(size),
  )
  .addOption(
    option('--retain-picture-age <duration>', 'thumbnails of occurrences received longer ago go')
      .argParser(duration)
      .default(seconds(30 * 86_400), '30d'),
  )
  .addOption(
    option(
      '--retain-picture-bytes <size>',
      'the oldest thumbnails of devices that have most go while all take more',
    )
      .argParser(size)
      .default(mebibytes(2048), '2GiB'),
  )
  .addOption(
    option('--samples-mark <size>', 'with less free on the disk, pictures and models are refused')
      .argParser(size)
      .default(mebibytes(2048), '2GiB'),
  )
  .addOption(
    option('--detections-mark <size>', 'with less free, detections are not stored either')
      .argParser(size)
      .default(mebibytes(512), '512MiB'),
  )
  .addOption(
    option('--silent-after <duration>', 'a device that says nothing for so long is silent')
      .argParser(duration)
      .default(seconds(300), '5min'),
  )
  .addOption(
    option('--lease-time <duration>', 'without a word for so long, a trainer loses its job')
      .argParser(duration)
      .default(seconds(60), '60s'),
  )
  .addOption(
    option('--log-level <level>', 'what is logged')
      .choices(['debug', 'info', 'warn', 'error'])
      .default('info'),
  )
  .action(run);

addBrokerOptions(runCommand, 'mqtt-');
addBrokerCommand(program);
addBrokerFilesCommand(
  program,
  {
    name: 'mosquitto-files',
    description: 'write the password file and the ACL file of a Mosquitto',
  },
  writeMosquittoFiles,
);
addBrokerFilesCommand(
  program,
  { name: 'hivemq-files', description: "write credentials.xml of HiveMQ's File RBAC extension" },
  writeHivemqFiles,
);
addIngestCommand(program, version);

addTokenCommand(program);
addLoginLinkCommand(program);

try {
  nameOptions(program);
  tellUnknownFirst(program);
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof EdgeloopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitStatus;
}

async function run(options: RunOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const { data, host, port: apiPort, broker: url, logLevel } = options;
  const broker: ControlPlaneConfig['broker'] =
    url === undefined
      ? { kind: 'embedded', listeners: readBrokerOptions(options, 'mqtt-') }
      : {
          kind: 'external',
          url,
          ca: options.brokerCa ?? null,
          forDevices: options.deviceBroker ?? null,
        };
  if (options.withoutIngest && broker.kind === 'embedded') {
    const message =
      'Expected --broker with --without-ingest, received none: the broker within this process is its own.';
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  const log = openLog(2, logLevel, {});
  // A third of the time of a start: who mistyped an option need not wait for these modules.
  const { ControlPlane } = await import('./control-plane.ts');
  const controlPlane = new ControlPlane(
    {
      data,
      database: readDatabaseUrl(options, process.env),
      host,
      port: apiPort,
      broker,
      tls: tlsFiles(options),
      ingest: options.withoutIngest ? 'elsewhere' : 'within',
      allowAnonymous: options.allowAnonymous ?? false,
      homeAssistant: options.homeAssistant ?? null,
      retention: retentionOf(options),
      silentAfter: options.silentAfter,
      leaseTime: options.leaseTime,
      keys: {
        folder: options.keys ?? null,
        signing: options.signingKey ?? null,
        online: options.onlineKey ?? null,
      },
    },
    {
      log: log.logger,
      version,
      now: () => epochMillis(Date.now()),
      random: Math.random,
      clientId: `edgeloop-control-plane-${randomBytes(4).toString('hex')}`,
    },
  );
  const manager = openServiceManager(process, (text) => log.logger.warn(text));
  const { loginPath, ...ports } = await runDaemon(controlPlane, log, {
    manager,
    leaving: controlPlane.leaving,
  });
  log.logger.info({ ...ports, host }, 'running');
  const { mqtt = null, mqtts = null, webSocket = null } = ports.broker ?? {};
  if (process.stdout.isTTY) {
    const secure = options.tlsCert !== undefined;
    await welcome(loginPath, ownAddress({ host, port: ports.api, secure }));
  }
  // For the program that started it: the ports may be any.
  process.stdout.write(
    `${JSON.stringify({ ready: true, apiPort: ports.api, mqttPort: mqtt, mqttTlsPort: mqtts, mqttWsPort: webSocket, tokenFile: ports.tokenFile })}\n`,
  );
}

/** For a person at a terminal: a log that is kept must not hold what lets somebody in. */
async function welcome(loginPath: () => Promise<string | null>, url: string): Promise<void> {
  const path = await loginPath();
  if (path === null) return;
  process.stderr.write(`Log in, once within a quarter of an hour: ${url}${path}\n`);
}

function retentionOf(options: RunOptions): ControlPlaneConfig['retention'] {
  const { retainAge, retainBytes, samplesMark, detectionsMark } = options;
  const { retainSampleAge, retainSampleBytes } = options;
  if (detectionsMark > samplesMark) {
    const message =
      'Expected at least as much for --samples-mark as for --detections-mark: pictures and models are refused first.';
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  return {
    detectionAge: retainAge ?? null,
    databaseBytes: retainBytes ?? null,
    sampleAge: retainSampleAge ?? null,
    sampleBytes: retainSampleBytes ?? null,
    pictureAge: options.retainPictureAge,
    pictureBytes: options.retainPictureBytes,
    samplesMark,
    detectionsMark,
  };
}

function tlsFiles({ tlsCert: cert, tlsKey: key }: RunOptions): ControlPlaneConfig['tls'] {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return null;
  const message = 'Expected --tls-cert and --tls-key together, received one of them.';
  throw new ControlPlaneError('OPTION_INVALID', message);
}
