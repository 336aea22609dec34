// biome-ignore-all lint/a11y/useSemanticElements: rows lie where the window is, which those of a <table> can not.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and says which of its cells is meant.
import type { Listed } from '../listed.ts';
import type { Sorting } from '../rows/sorting.ts';
import { useCursor } from '../virtual/use-cursor.ts';
import { useVirtual } from '../virtual/use-virtual.ts';
import type { Layout } from '../virtual/visible-range.ts';
import { COLUMNS, type Column, DeviceCells } from './columns.tsx';
import './device-table.css';

const WIDE: Layout = { columns: 1, rowHeight: 40 };
/** Where a row has two lines. */
const NARROW: Layout = { columns: 1, rowHeight: 60 };
/**
 * Narrower, columns are left out, from the last on; narrower still, what remains stands in two
 * lines.
 */
const [SOME_BELOW, FEW_BELOW] = [1050, 700];

const layoutOf = (width: number): Layout => (width < FEW_BELOW ? NARROW : WIDE);
const fitOf = (width: number) => (width < FEW_BELOW ? 'few' : width < SOME_BELOW ? 'some' : 'all');

interface DeviceTableProps extends Listed {
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}

/** Devices in rows, those alone that are seen. */
export function DeviceTable({ names, covered, shownOf, sorting, onSort }: DeviceTableProps) {
  const virtual = useVirtual(names.length, layoutOf, covered + WIDE.rowHeight);
  const cursor = useCursor(names, virtual);
  const { rowHeight } = virtual.layout;
  const { first, last } = virtual.range;
  return (
    <div
      {...cursor.grid}
      role="grid"
      class="fleet-list"
      data-fit={fitOf(virtual.width)}
      aria-label="Devices"
      aria-rowcount={names.length + 1}
      aria-colcount={COLUMNS.length}
    >
      <div role="row" aria-rowindex={1} class="fleet-table-head" style={{ top: covered }}>
        {COLUMNS.map((column) => (
          <ColumnHead key={column.key} {...{ column, sorting, onSort }} />
        ))}
      </div>
      <div ref={virtual.list} role="rowgroup" class="fleet-rows" style={{ height: virtual.height }}>
        {names.slice(first, last).map((name, i) => (
          <div
            key={name}
            {...cursor.cell(name)}
            role="row"
            aria-rowindex={first + i + 2}
            class="fleet-table-row"
            style={{ transform: `translateY(${(first + i) * rowHeight}px)`, height: rowHeight }}
          >
            <DeviceCells {...shownOf(name)} />
          </div>
        ))}
      </div>
    </div>
  );
}

function ColumnHead({
  column: { key, name, figure = false },
  sorting,
  onSort,
}: { column: Column } & Pick<DeviceTableProps, 'sorting' | 'onSort'>) {
  const sorted = sorting.by === key;
  const arrow = sorting.descending ? '↓' : '↑';
  return (
    <span
      role="columnheader"
      aria-sort={sorted ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
      class={`fleet-table-${key} ${figure ? 'fleet-table-figure' : ''}`}
    >
      <button
        type="button"
        class="fleet-table-sort"
        onClick={() => onSort({ by: key, descending: sorted ? !sorting.descending : figure })}
      >
        {name}
        <span aria-hidden="true">{sorted ? ` ${arrow}` : ''}</span>
      </button>
    </span>
  );
}
