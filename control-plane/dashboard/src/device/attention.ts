import type { DeviceView } from '../../../src/resources/device.ts';
import type { Clock } from '../fleet/rows/connectivity.ts';
import { dateTime, duration } from '../ui/format.ts';
import type { Attention } from './attention-line.ts';
import { conditionOf } from './condition.ts';
import { connectivityOfView } from './connectivity-of-view.ts';
import { fileWords } from './file-words.ts';

type Update = NonNullable<NonNullable<DeviceView['reported']>['slots'][string]['update']>;

const UPDATE_FAILED: Readonly<Partial<Record<Update['state'], string>>> = {
  reverted: 'went back to the model before',
  refused: 'was refused',
  failed: 'did not succeed',
};

/** What is wrong with a device, in words; the worst first. It is silent when Fleet says so. */
export function attentionOf(device: DeviceView, clock: Clock): readonly Attention[] {
  const { state, stateAt, lastSeenAt, revokedAt, reported, health } = device;
  const { now } = clock;
  const found: Attention[] = [];
  const say = (kind: Attention['kind'], text: string) => found.push({ kind, text });
  if (revokedAt !== null) {
    say('bad', `Its credential was revoked on ${dateTime(revokedAt)}: what it says is ignored.`);
  } else if (state === 'offline') {
    const since = stateAt === null ? '' : ` for ${duration(now - Date.parse(stateAt))}`;
    say('bad', `It is offline${since}. What is shown is the last that was known.`);
  } else if (lastSeenAt !== null && connectivityOfView(device, clock) === 'silent') {
    say('bad', `Nothing was heard of it for ${duration(now - Date.parse(lastSeenAt))}.`);
  }
  if (reported?.agentFile) found.push(...fileWords(reported.agentFile));
  for (const [slot, { update }] of Object.entries(reported?.slots ?? {})) {
    const what = update && UPDATE_FAILED[update.state];
    if (what)
      say(
        'warn',
        `The update of slot ${slot} ${what}: ${update.reason?.message ?? 'no reason given.'}`,
      );
  }
  const configuration = reported?.configuration;
  if (configuration?.state === 'refused' || configuration?.state === 'reverted') {
    const why = configuration.reason?.message ?? 'no reason given.';
    say('warn', `Configuration ${configuration.version} was ${configuration.state}: ${why}`);
  }
  if (health) found.push(...conditionOf(health, now));
  return found;
}
