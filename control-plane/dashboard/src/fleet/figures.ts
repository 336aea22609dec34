import { number, withUnit } from '../ui/format.ts';
import type { FleetRow } from './rows/fleet-row.ts';

/** How figures of a device are written: with their unit, or a dash. */

export const fps = ({ fps }: FleetRow): string => figure(fps, 1, 'fps');
export const latency = ({ inferenceMillis }: FleetRow): string =>
  figure(inferenceMillis, inferenceMillis !== null && inferenceMillis < 10 ? 1 : 0, 'ms');
export const temperature = ({ celsius }: FleetRow): string => figure(celsius, 0, '°C');

const figure = (value: number | null, digits: number, unit: string) =>
  value === null ? number(null) : withUnit(number(value, digits), unit);
