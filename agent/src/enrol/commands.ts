import { type Command, Option } from 'commander';
import { configOption } from '../config/config-option.ts';
import type { DeviceOptions } from './device-of.ts';
import type { EnrolOptions } from './enrol-device.ts';

/** `edgeloop-agent enrol` and `rotate`. */
export function addEnrolCommands(program: Command): void {
  withDevice(
    program
      .command('enrol')
      .description(
        'make the device a key, get it a credential with a token, and look whether it has all that it needs',
      )
      .argument('[url]', 'of the control plane: the same as --server')
      .argument('[token]', 'the same as --token')
      .option('--server <url>', 'of the control plane (default: server.url of --config)')
      .addOption(
        new Option('--token <token>', 'ele_…, from POST /api/enrolment-tokens')
          // On a command line, every user of the machine can read it.
          .env('EDGELOOP_ENROLMENT_TOKEN'),
      ),
  ).action(async (url: string | undefined, token: string | undefined, options: EnrolOptions) => {
    const { enrolDevice } = await import('./enrol-device.ts');
    await enrolDevice(url, token, options);
  });

  withDevice(
    program
      .command('rotate')
      .description('get the device another password by its key')
      .option(
        '--server <url>',
        'of the control plane (default: server.url of --config, or where it enrolled)',
      ),
  ).action(async (options: DeviceOptions) => {
    const { deviceOf } = await import('./device-of.ts');
    const { rotate } = await import('./rotate.ts');
    const { credential, trust } = await rotate(await deviceOf(options));
    const { device, generation } = credential;
    process.stdout.write(`${device} has its password number ${generation}.\n${trust}\n`);
  });
}

const withDevice = (command: Command) =>
  command
    .option('--ca <file>', "who signed the server's certificate, PEM")
    .option('--device <id>', "the device's name (default: with --config, its own or the host's)")
    .addOption(configOption('agent.yaml: device, site and state come from it'))
    .option('--state <folder>', 'where key, credential and root are kept', './state');
