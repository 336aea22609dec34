import { DEFAULT_HOME_ASSISTANT_PREFIX, HOME_ASSISTANT_PREFIX } from '@edgeloop/protocol';
import { Option } from 'commander';
import { ControlPlaneError } from '../errors.ts';

/**
 * `--mqtt-port` may also come as `EDGELOOP_MQTT_PORT`: a password in a URL is better not on a
 * command line. One without a value is on with `1`, `true` or `yes`, off with `0`, `false`, `no` or
 * nothing; anything else is `OPTION_INVALID`.
 */
export function option(flags: string, description: string): Option {
  const made = new Option(flags, description);
  const variable = `EDGELOOP_${made.name().toUpperCase().replaceAll('-', '_')}`;
  if (made.isBoolean()) {
    // Else commander takes it for on where the variable is there at all, whatever it says.
    made.optional = true;
    made.argParser((text) => onOrOff(text, variable));
  }
  return made.env(variable);
}

function onOrOff(text: string, variable: string): boolean {
  if (/^(1|true|yes)$/i.test(text)) return true;
  if (/^(0|false|no|)$/i.test(text)) return false;
  throw new ControlPlaneError(
    'OPTION_INVALID',
    `Expected 1, true, yes, 0, false or no for ${variable}, received ${JSON.stringify(text)}.`,
  );
}

/** @throws ControlPlaneError `OPTION_INVALID` */
export function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new ControlPlaneError(
    'OPTION_INVALID',
    `Expected a port from 0 to 65535, received ${JSON.stringify(text)}.`,
  );
}

/**
 * `none` stays as it is: commander takes null for nothing said.
 * @throws ControlPlaneError `OPTION_INVALID`
 */
export const portOrNone = (text: string): number | 'none' => (text === 'none' ? text : port(text));

/** Of Home Assistant's topics. @throws ControlPlaneError `OPTION_INVALID` */
function homeAssistantPrefix(text: string): string {
  if (new RegExp(HOME_ASSISTANT_PREFIX).test(text)) return text;
  throw new ControlPlaneError(
    'OPTION_INVALID',
    `Expected one level of a topic, as discovery_prefix of Home Assistant has it, such as ${DEFAULT_HOME_ASSISTANT_PREFIX}, received ${JSON.stringify(text)}.`,
  );
}

/** The same for run and for the files of a Mosquitto. */
export const homeAssistantOption = (): Option =>
  option(
    '--home-assistant <prefix>',
    `devices may tell Home Assistant what they are, below its discovery prefix: ${DEFAULT_HOME_ASSISTANT_PREFIX}`,
  ).argParser(homeAssistantPrefix);
