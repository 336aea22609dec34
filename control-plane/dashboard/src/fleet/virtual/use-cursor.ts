import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { path } from '../../api/path.ts';
import type { FleetRow } from '../rows/fleet-row.ts';
import type { Virtual } from './use-virtual.ts';
import { moved } from './visible-range.ts';

/**
 * Where one is in a list of devices, by keyboard: arrows move, Enter opens. The list has the focus, and says which device is
 * meant: what is not drawn can have none (https://www.w3.org/WAI/ARIA/apg/patterns/grid/).
 */
export function useCursor(rows: readonly FleetRow[], { layout, range, reveal }: Virtual) {
  const [device, setDevice] = useState<string | null>(null);
  const [, navigate] = useLocation();
  const at = device === null ? -1 : rows.findIndex((row) => row.device === device);
  const drawn = at >= range.first * layout.columns && at < range.last * layout.columns;

  const press = (event: KeyboardEvent) => {
    // A link or a button within has its own keys.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey)
      return;
    if (event.key === 'Enter' && device !== null) {
      navigate(path`/devices/${device}`);
      return;
    }
    const page = Math.max(1, Math.floor(innerHeight / layout.rowHeight) - 1) * layout.columns;
    const to = moved(event.key, at, rows.length, { columns: layout.columns, page });
    if (to === null) return;
    event.preventDefault();
    setDevice(rows[to]?.device ?? null);
    reveal(to);
  };
  return {
    grid: {
      tabIndex: 0,
      'aria-activedescendant': drawn ? idOf(device ?? '') : undefined,
      onKeyDown: press,
    },
    cell: ({ device: other }: FleetRow) => ({
      id: idOf(other),
      'data-here': other === device ? 'true' : undefined,
      onPointerDown: () => setDevice(other),
    }),
  };
}

const idOf = (device: string) => `fleet-${device}`;
