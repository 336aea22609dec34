import { type Command, Option } from 'commander';
import type { BrokerListeners } from '../broker/embedded-broker.ts';
import type { OptionPrefix } from '../broker/transport/listen.ts';
import type { TlsFiles } from '../broker/transport/tls-files.ts';
import { ControlPlaneError } from '../errors.ts';
import { option, port, portOrNone } from './option.ts';

const DEFAULT_TLS_PORT = 8883;

/** Where the broker listens, and its certificates. */
export function addBrokerOptions(command: Command, prefix: OptionPrefix): Command {
  const flag = (name: string, description: string): Option =>
    // The broker alone is for play: what is set for the control plane is not meant for it.
    prefix ? option(`--${prefix}${name}`, description) : new Option(`--${name}`, description);
  return command
    .addOption(flag('host <address>', 'where the broker listens').default('127.0.0.1'))
    .addOption(
      flag('port <port>', 'of the broker, without TLS; 0: any free one, none: no such port')
        .argParser(portOrNone)
        .default(1883),
    )
    .addOption(
      flag('tls-port <port>', 'with TLS (default 8883 where there is a certificate)').argParser(
        port,
      ),
    )
    .addOption(
      flag(
        'ws-port <port>',
        'MQTT over WebSocket, path /mqtt; with TLS where there is a certificate',
      ).argParser(port),
    )
    .addOption(flag('tls-cert <file>', "the broker's certificate with its chain, PEM"))
    .addOption(flag('tls-key <file>', 'its key, PEM'))
    .addOption(
      flag('tls-client-ca <file>', 'who signs the certificates that clients may show, PEM'),
    )
    .addOption(flag('tls-require-client', 'a client must show a certificate'));
}

/** @throws ControlPlaneError `OPTION_INVALID` */
export function readBrokerOptions(
  options: Readonly<Record<string, unknown>>,
  prefix: OptionPrefix,
): BrokerListeners {
  const read = <Value>(name: string) => options[camelCase(prefix + name)] as Value | undefined;
  const tls = readTls(read, prefix);
  const plainPort = read<number | 'none'>('port') ?? 'none';
  const tlsPort = read<number>('tls-port') ?? (tls ? DEFAULT_TLS_PORT : null);
  if (tlsPort !== null && !tls) {
    throw invalid(
      `Expected --${prefix}tls-cert and --${prefix}tls-key with --${prefix}tls-port, received none.`,
    );
  }
  return {
    host: read<string>('host') ?? '127.0.0.1',
    port: plainPort === 'none' ? null : plainPort,
    webSocketPort: read<number>('ws-port') ?? null,
    tlsPort,
    tls,
    optionPrefix: prefix,
  };
}

function readTls(
  read: <Value>(name: string) => Value | undefined,
  prefix: OptionPrefix,
): TlsFiles | null {
  const certificate = read<string>('tls-cert');
  const key = read<string>('tls-key');
  const clientCa = read<string>('tls-client-ca') ?? null;
  const certificateRequired = read<boolean>('tls-require-client') ?? false;
  if (certificateRequired && clientCa === null) {
    throw invalid(
      `Expected --${prefix}tls-client-ca with --${prefix}tls-require-client, received none.`,
    );
  }
  if (certificate !== undefined && key !== undefined) {
    return { certificate, key, clientCa, certificateRequired };
  }
  if (certificate === undefined && key === undefined && clientCa === null) return null;
  throw invalid(
    `Expected --${prefix}tls-cert and --${prefix}tls-key together, received not both of them.`,
  );
}

/** As commander names them. */
const camelCase = (name: string) =>
  name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const invalid = (message: string) => new ControlPlaneError('OPTION_INVALID', message);
