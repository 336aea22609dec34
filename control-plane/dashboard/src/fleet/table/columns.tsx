import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { DeviceStanding } from '../device-standing.tsx';
import { fps, latency, temperature } from '../figures.ts';
import type { Listed } from '../listed.ts';
import type { FleetRow } from '../rows/fleet-row.ts';
import type { SortKey } from '../rows/sort-rows.ts';
import { Sees } from '../sees.tsx';

export interface Column {
  readonly key: SortKey;
  readonly name: string;
  /** Figures stand on the right, and begin with the largest where one sorts by them. */
  readonly figure?: boolean;
  readonly show: (row: FleetRow, listed: Listed) => ComponentChildren;
}

/** Every column, from what one looks for to what one looks up. On a narrow screen the first ones remain. */
export const COLUMNS: readonly Column[] = [
  {
    key: 'device',
    name: 'Device',
    show: ({ device }) => (
      <Link href={path`/devices/${device}`} tabIndex={-1} class="fleet-cut fleet-table-device">
        {device}
      </Link>
    ),
  },
  {
    key: 'state',
    name: 'State',
    show: (row, { standingOf }) => <DeviceStanding standing={standingOf(row)} />,
  },
  { key: 'label', name: 'Sees', show: ({ cameras }) => <Sees cameras={cameras} /> },
  {
    key: 'seen',
    name: 'Last word',
    figure: true,
    show: ({ lastSeenAt }, { here }) => <Ago at={here(lastSeenAt)} />,
  },
  { key: 'fps', name: 'Rate', figure: true, show: fps },
  { key: 'latency', name: 'Inference', figure: true, show: latency },
  { key: 'temperature', name: 'Heat', figure: true, show: temperature },
  {
    key: 'model',
    name: 'Model',
    show: ({ slots }) => (
      <span class="fleet-cut" title={slots.map(({ slot, name }) => `${slot}: ${name}`).join('\n')}>
        {slots[0]?.name ?? '–'}
        {slots.length > 1 && <span class="caption"> +{slots.length - 1}</span>}
      </span>
    ),
  },
  { key: 'site', name: 'Site', show: ({ site }) => <span class="fleet-cut">{site}</span> },
];
