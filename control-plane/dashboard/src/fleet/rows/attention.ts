import { plural } from '../../ui/format.ts';
import type { Clock } from './connectivity.ts';
import type { FleetRow } from './fleet-row.ts';
import type { Judged } from './judged.ts';
import { EVERY_NEED, NEEDS, type Need, sentence } from './needs.ts';

/** What someone should know, and what shows exactly the devices that it is about. */
export interface Attention {
  readonly kind: 'good' | 'warn' | 'bad' | 'idle';
  readonly text: string;
  /** Query of the page; empty: it is about no device. */
  readonly query: string;
  /** Where the text is the beginning of more. */
  readonly whole?: string;
}

const MOST = 3;

/**
 * Whether everything is all right, and if not, where: at most three sentences, the gravest first.
 * Empty without devices.
 * @param server what is wrong with the control plane itself, which comes before any device
 */
export function attention(
  devices: Iterable<Judged>,
  clock: Clock,
  server: readonly string[] = [],
): readonly Attention[] {
  if (server.length === 0) return ofDevices(devices, clock, MOST);
  const others = ofDevices(devices, clock, MOST - 1).filter(({ kind }) => kind !== 'good');
  return [ofServer(server), ...others];
}

function ofServer(problems: readonly string[]): Attention {
  const [first = '', ...more] = problems;
  const [sentence] = first.split(/(?<=[a-z)])\. /);
  const others =
    more.length === 0 ? '' : ` (and ${plural(more.length, 'other matter', 'other matters')})`;
  const text = `Control plane: ${sentence}${others}`;
  return { kind: 'bad', text, query: '', whole: problems.join('\n') };
}

function ofDevices(devices: Iterable<Judged>, clock: Clock, most: number): readonly Attention[] {
  const { all, online, unknown, byNeed } = sum(devices);
  if (all === 0) return [];
  if (unknown === all) {
    const text = 'The broker is away: nobody knows which devices are online';
    return [{ kind: 'bad', text, query: 'state=unknown' }];
  }
  const needs = EVERY_NEED.filter((need) => byNeed.has(need));
  if (needs.length === 0) return [allRight(all, online)];
  const shown = needs.length > most ? needs.slice(0, most - 1) : needs;
  const told = shown.map((need) => ({
    kind: NEEDS[need].kind,
    text: sentence(need, byNeed.get(need) ?? [], clock),
    query: `needs=${need}`,
  }));
  return shown.length === needs.length ? told : [...told, others(needs.slice(most - 1), byNeed)];
}

/** Of a fleet, without those that are revoked. */
function sum(devices: Iterable<Judged>) {
  const byNeed = new Map<Need, FleetRow[]>();
  let [all, online, unknown] = [0, 0, 0];
  for (const { row, connectivity, needs } of devices) {
    if (connectivity === 'revoked') continue;
    all += 1;
    if (connectivity === 'online') online += 1;
    if (connectivity === 'unknown') unknown += 1;
    for (const need of needs) {
      const rows = byNeed.get(need);
      if (rows) rows.push(row);
      else byNeed.set(need, [row]);
    }
  }
  return { all, online, unknown, byNeed };
}

function allRight(all: number, online: number): Attention {
  const who =
    online === all
      ? plural(online, 'device reports', 'devices report')
      : `${online} of ${plural(all, 'device')} ${online === 1 ? 'is' : 'are'} online`;
  return { kind: 'good', text: `Everything is all right: ${who}`, query: '' };
}

function others(needs: readonly Need[], byNeed: ReadonlyMap<Need, readonly FleetRow[]>): Attention {
  const devices = new Set(needs.flatMap((need) => byNeed.get(need) ?? []));
  const why = needs.map((need) => NEEDS[need].name).join(', ');
  const who = plural(devices.size, 'device needs', 'devices need');
  return { kind: 'warn', text: `${who} a look: ${why}`, query: `needs=${needs.join(',')}` };
}
