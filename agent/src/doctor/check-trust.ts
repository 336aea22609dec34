import { type Finding, ok, problem, warning } from '@edgeloop/findings';
import type { Config } from '../config/config.ts';
import { isUnread } from '../state/unread-file.ts';
import { readGivenRoot, readTrust } from '../update/trust/root-file.ts';

const DAY = 86_400_000;
/** The next root comes by itself; one that has not by then will not. */
const SOON = 30 * DAY;

/** Whose models the device takes, and until when. */
export async function checkTrust(
  { state, trustRoot }: Pick<Config, 'state' | 'trustRoot'>,
  now: number,
): Promise<readonly Finding[]> {
  try {
    const trusted = (await readTrust(state))?.current;
    const root = trusted ?? (trustRoot === null ? null : await readGivenRoot(trustRoot));
    if (!root) {
      const mend =
        'edgeloop-agent enrol or rotate brings one, or name one: trust.root in agent.yaml';
      return [warning('trust', 'the device trusts no root yet: it takes no model', mend)];
    }
    const { version, expires } = root.signed;
    const left = Date.parse(expires) - now;
    const what = `root version ${version} holds until ${expires.slice(0, 10)}`;
    const mend = 'On the control plane: edgeloop keys rotate FOLDER. Here: is the clock right?';
    if (left <= 0) return [problem('trust', `${what}: no model is taken any more`, mend)];
    return [left < SOON ? warning('trust', what, mend) : ok('trust', what)];
  } catch (error) {
    const mend = isUnread(error)
      ? `Leave ${state}/root.json there: is the disk worn out?`
      : `Move ${state}/root.json away, then edgeloop-agent rotate`;
    return [problem('trust', (error as Error).message, mend)];
  }
}
