import { number } from '../ui/format.ts';
import type { FleetRow } from './rows/fleet-row.ts';

/** How figures of a device are written: with their unit, or a dash. */

export const fps = ({ fps }: FleetRow): string => withUnit(fps, 1, 'fps');
export const latency = ({ inferenceMillis }: FleetRow): string =>
  withUnit(inferenceMillis, inferenceMillis !== null && inferenceMillis < 10 ? 1 : 0, 'ms');
export const temperature = ({ celsius }: FleetRow): string => withUnit(celsius, 0, '°C');

const withUnit = (value: number | null, digits: number, unit: string) =>
  value === null ? number(null) : `${number(value, digits)} ${unit}`;
