import { type Command, Option } from 'commander';
import { configOption } from '../config/config-option.ts';
import { examineDevice } from '../doctor/examine-device.ts';
import { showFindings } from '../doctor/show-findings.ts';
import { AgentError } from '../errors.ts';
import { type DeviceOptions, deviceOf, newDeviceOf } from './device-of.ts';
import { enrol } from './enrol.ts';
import { rotate } from './rotate.ts';

interface EnrolOptions extends DeviceOptions {
  readonly token?: string;
}

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
  ).action(enrolDevice);

  withDevice(
    program
      .command('rotate')
      .description('get the device another password by its key')
      .option(
        '--server <url>',
        'of the control plane (default: server.url of --config, or where it enrolled)',
      ),
  ).action(async (options: DeviceOptions) => {
    const { credential, trust } = await rotate(await deviceOf(options));
    const { device, generation } = credential;
    process.stdout.write(`${device} has its password number ${generation}.\n${trust}\n`);
  });
}

const withDevice = (command: Command) =>
  command
    .option('--ca <file>', "who signed the server's certificate, PEM")
    .option('--device <id>', "the device's name (default: that of --config, or of the host)")
    .addOption(configOption('agent.yaml: device, site and state come from it'))
    .option('--state <folder>', 'where key, credential and root are kept', './state');

async function enrolDevice(
  url: string | undefined,
  secret: string | undefined,
  options: EnrolOptions,
): Promise<void> {
  const asked = url === undefined ? options : { ...options, server: url };
  const { server, ...own } = await newDeviceOf(asked);
  if (!server) {
    const message =
      'Expected the URL of the control plane, from the command line or --config, received neither.';
    throw new AgentError('CONFIG_INVALID', message);
  }
  const token = secret ?? options.token;
  if (!token) {
    const message =
      'Expected a token, received none. The dashboard makes one (Setup), and so does edgeloop enrolment-tokens create.';
    throw new AgentError('CONFIG_INVALID', message);
  }
  const { credential, trust } = await enrol({ ...own, server, token });
  const { device, site, mqtt } = credential;
  process.stdout.write(
    `${device} is enrolled at site ${site}. Its broker: ${mqtt.url}\n${trust}\n`,
  );
  // What is not well yet is no failure of the enrolment: it is told, as the doctor would.
  if (options.config === undefined) return;
  process.stderr.write(`${showFindings(await examineDevice(options.config, Date.now))}\n`);
}
