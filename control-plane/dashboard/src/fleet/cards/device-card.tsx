import { Link } from 'wouter-preact';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { DeviceConnectivity } from '../device-connectivity.tsx';
import { fps, latency, temperature } from '../figures.ts';
import type { ShownDevice } from '../listed.ts';
import { onceChanged } from '../once-changed.ts';
import { Sees } from '../sees.tsx';
import { LastFrame } from './last-frame.tsx';

/** A device as its last frame. */
export const DeviceCard = onceChanged((device: ShownDevice) => {
  const { row, classIndex, lastSeenAt } = device;
  return (
    <Link href={path`/devices/${row.device}`} class="fleet-card" tabIndex={-1} draggable={false}>
      <LastFrame row={row} />
      <span class="fleet-card-head">
        <span class="fleet-cut strong" title={row.device}>
          {row.device}
        </span>
        <DeviceConnectivity {...device} />
      </span>
      <Sees cameras={row.cameras} classIndex={classIndex} />
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
});
