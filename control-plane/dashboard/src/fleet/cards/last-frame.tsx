import { useEffect, useState } from 'preact/hooks';
import { path, withQuery } from '../../api/path.ts';
import { Picture } from '../../ui/picture.tsx';
import type { FleetRow } from '../rows/fleet-row.ts';
import { onceStill } from '../virtual/still.ts';

/** A camera without a picture is asked again after so long, in ms. */
const AGAIN_AFTER = 60_000;
/** Of a device that says something a picture is asked for again so often, in ms. */
const FRESH_FOR = 10_000;
/** Cameras that had no picture, and until when they are not asked again. */
const none = new Map<string, number>();

/**
 * The last frame of a device's first camera: fetched once the page stands still, not while it flies
 * past.
 */
export function LastFrame({ row }: { row: FleetRow }) {
  const camera = row.cameras[0]?.camera;
  const place = camera ? path`/api/devices/${row.device}/cameras/${camera}/picture` : null;
  const [still, setStill] = useState(false);
  useEffect(() => onceStill(() => setStill(true)), []);
  const asked = place !== null && still && (none.get(place) ?? 0) < Date.now();
  const seen = Math.floor((row.lastSeenAt ?? 0) / FRESH_FOR);
  return (
    <Picture
      src={asked ? withQuery(place, { seen, orNone: true }) : null}
      alt={`Last frame of ${camera ?? 'its camera'}`}
      none={still || place === null ? 'no picture' : ''}
      onMissing={() => place && none.set(place, Date.now() + AGAIN_AFTER)}
    />
  );
}
