import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { path } from '../../api/path.ts';
import type { Virtual } from './use-virtual.ts';
import { moved } from './visible-range.ts';

/**
 * Where one is in a list of devices, by keyboard: arrows move, Enter opens. The list has the focus,
 * and says which device is meant: what is not drawn can have none
 * (https://www.w3.org/WAI/ARIA/apg/patterns/grid/).
 */
export function useCursor(names: readonly string[], { layout, range, reveal }: Virtual) {
  const [device, setDevice] = useState<string | null>(null);
  const [, navigate] = useLocation();
  const at = device === null ? -1 : names.indexOf(device);
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
    const to = moved(event.key, at, names.length, { columns: layout.columns, page });
    if (to === null) return;
    event.preventDefault();
    setDevice(names[to] ?? null);
    reveal(to);
  };
  return {
    grid: {
      tabIndex: 0,
      'aria-activedescendant': drawn ? idOf(device ?? '') : undefined,
      onKeyDown: press,
    },
    cell: (other: string) => ({
      id: idOf(other),
      'data-here': other === device ? 'true' : undefined,
      onPointerDown: () => setDevice(other),
    }),
  };
}

const idOf = (device: string) => `fleet-${device}`;
