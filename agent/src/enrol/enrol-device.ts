import { examineDevice } from '../doctor/examine-device.ts';
import { showFindings } from '../doctor/show-findings.ts';
import { AgentError } from '../errors.ts';
import { type DeviceOptions, newDeviceOf } from './device-of.ts';
import { enrol } from './enrol.ts';

/** What the command line says. */
export interface EnrolOptions extends DeviceOptions {
  readonly token?: string;
}

/**
 * Enrols the device, and looks whether it has all that it needs.
 * @param url In place of `--server`.
 * @param secret In place of `--token`.
 */
export async function enrolDevice(
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
