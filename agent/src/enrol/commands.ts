import { resolve } from 'node:path';
import { type DeviceId, parseId } from '@edgeloop/protocol';
import { type Command, Option } from 'commander';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { AgentError } from '../errors.ts';
import type { Server } from './ask-server.ts';
import { enrol } from './enrol.ts';
import { rotate } from './rotate.ts';

interface Options {
  readonly server?: string;
  readonly ca?: string;
  readonly token?: string;
  readonly device?: string;
  readonly config?: string;
  readonly state?: string;
}

/** `edgeloop-agent enrol` and `rotate`. */
export function addEnrolCommands(program: Command): void {
  withDevice(
    program
      .command('enrol')
      .description('make the device a key, and get it a credential with a token')
      .option('--server <url>', 'of the control plane (default: server.url of --config)')
      .addOption(
        new Option('--token <token>', 'ele_…, from POST /api/enrolment-tokens')
          // On a command line, every user of the machine can read it.
          .env('EDGELOOP_ENROLMENT_TOKEN')
          .makeOptionMandatory(),
      ),
  ).action(async (options: Options) => {
    const { server, site, ...own } = await deviceOf(options);
    if (!server) {
      const message =
        'Expected the URL of the control plane from --server or --config, received neither.';
      throw new AgentError('CONFIG_INVALID', message);
    }
    const token = options.token ?? '';
    const { credential, trust } = await enrol({ ...own, server, site, token });
    const { device, site: at, mqtt } = credential;
    process.stdout.write(
      `${device} is enrolled at site ${at}. Its broker: ${mqtt.url}\n${trust}\n`,
    );
  });

  withDevice(
    program
      .command('rotate')
      .description('get the device another password by its key')
      .option(
        '--server <url>',
        'of the control plane (default: server.url of --config, or where it enrolled)',
      ),
  ).action(async (options: Options) => {
    const { credential, trust } = await rotate(await deviceOf(options));
    const { device, generation } = credential;
    process.stdout.write(`${device} has its password number ${generation}.\n${trust}\n`);
  });
}

const withDevice = (command: Command) =>
  command
    .option('--ca <file>', "who signed the server's certificate, PEM")
    .option('--device <id>', "the device's name (default: that of --config)")
    .option('--config <file>', 'agent.yaml: device, site and state come from it')
    .option('--state <folder>', 'where key, credential and root are kept', './state');

async function deviceOf(options: Options) {
  const { config: path, device: given, state = './state' } = options;
  const config = path === undefined ? null : await loadConfig(path);
  const device = given === undefined ? (config?.device ?? null) : parseId('device', given);
  if (device === null || (config && device !== config.device)) {
    const received = device === null ? 'neither' : `${device} and ${config?.device}`;
    const message = `Expected the name of the device from --device or --config, received ${received}.`;
    throw new AgentError('CONFIG_INVALID', message);
  }
  return {
    device: device as DeviceId,
    site: config?.site ?? null,
    state: config?.state ?? resolve(state),
    trustRoot: config?.trustRoot ?? null,
    server: serverOf(options, config),
  };
}

function serverOf({ server, ca }: Options, config: Config | null): Server | null {
  const url = server ?? config?.server?.url;
  return url === undefined ? null : { url, ca: ca ?? config?.server?.ca ?? null };
}
