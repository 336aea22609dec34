import { plural } from '../../ui/format.ts';
import type { FleetRow } from './fleet-row.ts';
import type { Judged } from './judged.ts';
import { EVERY_NEED, NEEDS, type Need, sentence } from './needs.ts';
import type { Clock } from './standing.ts';

/** What someone should know, and what shows exactly the devices that it is about. */
export interface Attention {
  readonly kind: 'good' | 'warn' | 'bad' | 'idle';
  readonly text: string;
  /** Query of the page. */
  readonly query: string;
}

const MOST = 3;

/** Whether everything is all right, and if not, where: at most three sentences, the gravest first. Empty without devices. */
export function attention(devices: Iterable<Judged>, clock: Clock): readonly Attention[] {
  const { all, online, unknown, byNeed } = sum(devices);
  if (all === 0) return [];
  if (unknown === all) {
    const text = 'The broker is away: nobody knows which devices are online';
    return [{ kind: 'bad', text, query: 'state=unknown' }];
  }
  const needs = EVERY_NEED.filter((need) => byNeed.has(need));
  if (needs.length === 0) return [allRight(all, online)];
  const shown = needs.length > MOST ? needs.slice(0, MOST - 1) : needs;
  const told = shown.map((need) => ({
    kind: NEEDS[need].kind,
    text: sentence(need, byNeed.get(need) ?? [], clock),
    query: `needs=${need}`,
  }));
  return shown.length === needs.length ? told : [...told, others(needs.slice(MOST - 1), byNeed)];
}

/** Of a fleet, without those that are revoked. */
function sum(devices: Iterable<Judged>) {
  const byNeed = new Map<Need, FleetRow[]>();
  let [all, online, unknown] = [0, 0, 0];
  for (const { row, standing, needs } of devices) {
    if (standing === 'revoked') continue;
    all += 1;
    if (standing === 'online') online += 1;
    if (standing === 'unknown') unknown += 1;
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
