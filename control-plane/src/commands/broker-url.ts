import type { Option } from 'commander';
import { ControlPlaneError } from '../errors.ts';
import { option } from './option.ts';
import { withoutSecrets } from './without-secrets.ts';

/** `--broker`, once for each address of a cluster, or with commas between them. */
export const brokerOption = (description: string, flags = '--broker <url>'): Option =>
  option(flags, description).argParser((text: string, before?: string) => {
    for (const address of text.split(',')) check(address, text, flags);
    return before === undefined ? text : `${before},${text}`;
  });

/**
 * @param all of which it is one: a comma may be part of a password
 * @throws ControlPlaneError `OPTION_INVALID`
 */
function check(address: string, all: string, flags: string): void {
  if (/^(mqtt|ws)s?:\/\/./.test(address) && URL.canParse(address)) return;
  throw new ControlPlaneError(
    'OPTION_INVALID',
    `Expected a URL such as mqtt://127.0.0.1:1883 for ${flags.split(' ')[0]}, received ${JSON.stringify(withoutSecrets(all))}.`,
  );
}
