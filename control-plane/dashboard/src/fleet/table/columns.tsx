// biome-ignore-all lint/a11y/useSemanticElements: rows lie where the window is, which those of a <table> can not.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and says which of its cells is meant.
import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { DeviceConnectivity } from '../device-connectivity.tsx';
import { fps, latency, temperature } from '../figures.ts';
import type { ShownDevice } from '../listed.ts';
import { onceChanged } from '../once-changed.ts';
import type { SortKey } from '../rows/sorting.ts';
import { Sees } from '../sees.tsx';

export interface Column {
  readonly key: SortKey;
  readonly name: string;
  /** Figures stand on the right, and begin with the largest where one sorts by them. */
  readonly figure?: boolean;
  readonly show: (device: ShownDevice) => ComponentChildren;
}

/**
 * Every column, from what one looks for to what one looks up. On a narrow screen the first ones
 * remain.
 */
export const COLUMNS: readonly Column[] = [
  {
    key: 'device',
    name: 'Device',
    show: ({ row: { device } }) => (
      <Link href={path`/devices/${device}`} tabIndex={-1} class="fleet-cut fleet-table-link">
        {device}
      </Link>
    ),
  },
  {
    key: 'state',
    name: 'State',
    show: (device) => <DeviceConnectivity {...device} />,
  },
  {
    key: 'label',
    name: 'Sees',
    show: ({ row, classIndex }) => <Sees cameras={row.cameras} classIndex={classIndex} />,
  },
  {
    key: 'seen',
    name: 'Last seen',
    figure: true,
    show: ({ lastSeenAt }) => <Ago at={lastSeenAt} />,
  },
  { key: 'fps', name: 'Rate', figure: true, show: ({ row }) => fps(row) },
  { key: 'latency', name: 'Inference', figure: true, show: ({ row }) => latency(row) },
  { key: 'temperature', name: 'Heat', figure: true, show: ({ row }) => temperature(row) },
  {
    key: 'model',
    name: 'Model',
    show: ({ row: { slots } }) => (
      <span class="fleet-cut" title={slots.map(({ slot, name }) => `${slot}: ${name}`).join('\n')}>
        {slots[0]?.name ?? '–'}
        {slots.length > 1 && <span class="caption"> +{slots.length - 1}</span>}
      </span>
    ),
  },
  { key: 'site', name: 'Site', show: ({ row: { site } }) => <span class="fleet-cut">{site}</span> },
];

/** The cells of a row. */
export const DeviceCells = onceChanged((device: ShownDevice) => (
  <>
    {COLUMNS.map(({ key, figure, show }) => (
      <span
        key={key}
        role="gridcell"
        class={`fleet-table-${key} ${figure ? 'fleet-table-figure' : ''}`}
      >
        {show(device)}
      </span>
    ))}
  </>
));
