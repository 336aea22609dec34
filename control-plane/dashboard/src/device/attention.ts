import type { DeviceView } from '../../../src/resources/device.ts';
import { dateTime, duration } from '../ui/format.ts';

export interface Attention {
  readonly kind: 'warn' | 'bad';
  readonly text: string;
}

type Update = NonNullable<NonNullable<DeviceView['reported']>['slots'][string]['update']>;

const UPDATE_FAILED: Readonly<Partial<Record<Update['state'], string>>> = {
  reverted: 'went back to the model before',
  refused: 'was refused',
  failed: 'did not succeed',
};

/** Health comes every half minute: of one so long silent nobody knows how it is. */
const SILENT_AFTER = 5 * 60_000;

/** What is wrong with a device, in words; the worst first. @param now ms */
export function attentionOf(device: DeviceView, now: number): readonly Attention[] {
  const { state, stateAt, lastSeenAt, revokedAt, reported, health } = device;
  const found: Attention[] = [];
  const say = (kind: Attention['kind'], text: string) => found.push({ kind, text });
  if (revokedAt !== null) {
    say('bad', `Its credential was revoked on ${dateTime(revokedAt)}: what it says is ignored.`);
  } else if (state === 'offline') {
    const since = stateAt === null ? '' : ` for ${duration(now - Date.parse(stateAt))}`;
    say('bad', `It is offline${since}. What is shown is the last that was known.`);
  } else if (lastSeenAt !== null && now - Date.parse(lastSeenAt) > SILENT_AFTER) {
    say('bad', `Nothing was heard of it for ${duration(now - Date.parse(lastSeenAt))}.`);
  }
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
  if (health?.throttled) {
    say(
      'warn',
      'It slows itself down: too hot, or too little voltage. Look at its fan and its supply.',
    );
  }
  return found;
}
