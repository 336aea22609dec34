import { Link } from 'wouter-preact';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { DeviceStanding } from '../device-standing.tsx';
import { fps, latency, temperature } from '../figures.ts';
import type { FleetRow } from '../rows/fleet-row.ts';
import type { Standing } from '../rows/standing.ts';
import { Sees } from '../sees.tsx';
import { LastFrame } from './last-frame.tsx';

interface DeviceCardProps {
  readonly row: FleetRow;
  readonly standing: Standing;
  /** Of this machine's clock. */
  readonly lastSeenAt: number | null;
}

/** A device as its last frame. */
export function DeviceCard({ row, standing, lastSeenAt }: DeviceCardProps) {
  return (
    <Link href={path`/devices/${row.device}`} class="fleet-card" tabIndex={-1} draggable={false}>
      <LastFrame row={row} />
      <span class="fleet-card-head">
        <span class="fleet-cut strong" title={row.device}>
          {row.device}
        </span>
        <DeviceStanding standing={standing} />
      </span>
      <Sees cameras={row.cameras} />
      <span class="fleet-card-figures caption">
        <span>{fps(row)}</span>
        <span class="fleet-card-wide">{latency(row)}</span>
        <span class="fleet-card-wide">{temperature(row)}</span>
        <span class="fleet-card-age">
          <Ago at={lastSeenAt} />
        </span>
      </span>
    </Link>
  );
}
