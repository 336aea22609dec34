import { plural } from '../../ui/format.ts';
import type { FleetRow } from './fleet-row.ts';
import { NEEDS, type Need, needsOf, sentence } from './needs.ts';
import { type Clock, standingOf } from './standing.ts';

/** What someone should know, and what shows exactly the devices that it is about. */
export interface Attention {
  readonly kind: 'good' | 'warn' | 'bad' | 'idle';
  readonly text: string;
  /** Query of the page. */
  readonly query: string;
}

const MOST = 3;

/** Whether everything is all right, and if not, where: at most three sentences, the gravest first. Empty without devices. */
export function attention(rows: Iterable<FleetRow>, clock: Clock): readonly Attention[] {
  const all = Array.from(rows).filter(({ state }) => state !== 'revoked');
  if (all.length === 0) return [];
  const nobodyKnows = all.every((row) => standingOf(row, clock) === 'unknown');
  if (nobodyKnows) {
    const text = 'The broker is away: nobody knows which devices are online';
    return [{ kind: 'bad', text, query: 'state=unknown' }];
  }
  const byNeed = new Map<Need, FleetRow[]>();
  for (const row of all) {
    for (const need of needsOf(row, clock)) {
      const rowsOf = byNeed.get(need);
      if (rowsOf) rowsOf.push(row);
      else byNeed.set(need, [row]);
    }
  }
  const needs = (Object.keys(NEEDS) as Need[]).filter((need) => byNeed.has(need));
  if (needs.length === 0) return [allRight(all, clock)];
  const shown = needs.length > MOST ? needs.slice(0, MOST - 1) : needs;
  const told = shown.map((need) => ({
    kind: NEEDS[need].kind,
    text: sentence(need, byNeed.get(need) ?? [], clock),
    query: `needs=${need}`,
  }));
  return shown.length === needs.length ? told : [...told, others(needs.slice(MOST - 1), byNeed)];
}

function allRight(all: readonly FleetRow[], clock: Clock): Attention {
  const online = all.filter((row) => standingOf(row, clock) === 'online').length;
  const who =
    online === all.length
      ? plural(online, 'device reports', 'devices report')
      : `${online} of ${plural(all.length, 'device')} ${online === 1 ? 'is' : 'are'} online`;
  return { kind: 'good', text: `Everything is all right: ${who}`, query: '' };
}

function others(needs: readonly Need[], byNeed: ReadonlyMap<Need, readonly FleetRow[]>): Attention {
  const devices = new Set(needs.flatMap((need) => byNeed.get(need) ?? []));
  const why = needs.map((need) => NEEDS[need].name).join(', ');
  const who = plural(devices.size, 'device needs', 'devices need');
  return { kind: 'warn', text: `${who} a look: ${why}`, query: `needs=${needs.join(',')}` };
}
