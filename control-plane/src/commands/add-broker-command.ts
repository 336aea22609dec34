import { Lifecycle, openLog, runDaemon } from '@edgeloop/daemon';
import type { Command } from 'commander';
import { ANYONE } from '../broker/access/access.ts';
import { createBroker } from '../broker/create-broker.ts';
import type { BrokerListeners, BrokerPorts } from '../broker/embedded-broker.ts';
import { watchCertificates } from '../broker/watch-certificates.ts';
import { ControlPlaneError } from '../errors.ts';
import { lockFolder } from '../store/lock-folder.ts';
import { addBrokerOptions, readBrokerOptions } from './broker-options.ts';

interface BrokerOptions {
  readonly data?: string;
  readonly allowAnonymous?: boolean;
}

/** `edgeloop-control-plane broker`: the guarded broker alone, for conformance runs and play. */
export function addBrokerCommand(program: Command): void {
  const command = program
    .command('broker')
    .description('the embedded broker alone, for conformance runs and play')
    .option('--allow-anonymous', 'let everybody in, and let them read and write everything')
    .option('--data <folder>', 'where broker.sqlite is; without it, all is gone at the end');
  addBrokerOptions(command, '').action(run);
}

async function run(options: BrokerOptions & Readonly<Record<string, unknown>>): Promise<void> {
  if (options.allowAnonymous !== true) {
    throw new ControlPlaneError(
      'OPTION_INVALID',
      'Expected --allow-anonymous: the broker alone knows no accounts, so everybody may read and write everything. For devices and accounts, use the command run.',
    );
  }
  const listeners = readBrokerOptions(options, '');
  const log = openLog(2, 'info', {});
  const lifecycle = new Lifecycle(log.logger);
  const { data = null } = options;
  const start = async (): Promise<BrokerPorts> => {
    const lock = data === null ? null : lockFolder(data);
    if (lock) lifecycle.add(() => void lock.close());
    const { broker } = createBroker({
      listeners,
      data,
      access: ANYONE,
      log: log.logger,
      onRefused: (reason) => log.logger.info({ reason }, 'refused'),
      onLoss: (reason) => log.logger.warn({ reason }, 'not kept'),
    });
    await broker.start();
    lifecycle.add(() => broker.close());
    if (listeners.tls) lifecycle.add(watchCertificates(broker, listeners.tls, log.logger));
    return broker.open();
  };
  const daemon = { start: () => lifecycle.start(start), close: () => lifecycle.close() };
  process.stdout.write(`${JSON.stringify(readyLine(await runDaemon(daemon, log), listeners))}\n`);
}

/** For the program that started it: the ports may be any. */
const readyLine = (
  { mqtt, mqtts, webSocket }: BrokerPorts,
  { host, tls }: BrokerListeners,
): Readonly<Record<string, unknown>> => ({
  ready: true,
  host,
  port: mqtt,
  ...(mqtts !== null && { tlsPort: mqtts }),
  ...(webSocket !== null && { [tls ? 'wssPort' : 'wsPort']: webSocket }),
});
