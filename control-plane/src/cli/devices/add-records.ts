import type { Command } from 'commander';
import type { HealthHistory, HealthPoint } from '../../resources/health-history.ts';
import type { Timeline, TimelineInterval } from '../../resources/timeline.ts';
import type { Cli } from '../cli.ts';
import { type Column, digest, size, when } from '../output/cell.ts';

interface Span {
  readonly from?: string;
  readonly to?: string;
  readonly camera?: string;
}

const figure = (value: number | null) => value?.toFixed(1);

const POINTS: readonly Column<HealthPoint>[] = [
  { head: 'AT', cell: ({ at }) => when(at) },
  { head: 'FPS', cell: ({ framesPerSecond }) => figure(framesPerSecond), right: true },
  { head: 'P50 MS', cell: ({ latencyP50Millis }) => figure(latencyP50Millis), right: true },
  { head: 'P95 MS', cell: ({ latencyP95Millis }) => figure(latencyP95Millis), right: true },
  { head: '°C', cell: ({ temperatureCelsius }) => figure(temperatureCelsius), right: true },
  { head: 'MEMORY', cell: ({ rssBytes }) => size(rssBytes), right: true },
  { head: 'LOST', cell: ({ lost }) => lost, right: true },
];

const INTERVALS: readonly Column<TimelineInterval>[] = [
  { head: 'BEGIN', cell: ({ begin }) => when(begin) },
  { head: 'END', cell: ({ end }) => when(end) },
  { head: 'CAMERA', cell: ({ camera }) => camera },
  { head: 'LABEL', cell: ({ label }) => label },
  { head: 'SCORE', cell: ({ score }) => score?.toFixed(3), right: true },
  { head: 'OCCURRENCES', cell: ({ count }) => count, right: true },
  { head: 'MODEL', cell: ({ model }) => digest(model) },
];

/** `health` and `timeline`: how a device did, and what it saw, over time. */
export function addRecords(devices: Command, cli: Cli): void {
  devices
    .command('health')
    .description('how a device did: frame rate, latency, temperature, memory and what it lost')
    .argument('<device>', 'its name')
    .option('--from <time>', 'from then on; an hour before --to unless told otherwise')
    .option('--to <time>', 'until then')
    .action(async (device: string, span: Span) => {
      const api = await cli.api();
      const found = await api.askJson<HealthHistory>('GET /api/devices/{device}/health', {
        path: { device },
        query: { ...span },
      });
      await cli.print(found, (sheet) =>
        sheet.table(found.points, POINTS, `${device} said nothing of its health then.`),
      );
    });

  devices
    .command('timeline')
    .description('what stood before its cameras, as intervals')
    .argument('<device>', 'its name')
    .option('--camera <camera>', 'before this one alone')
    .option('--from <time>', 'from then on; an hour before --to unless told otherwise')
    .option('--to <time>', 'until then')
    .action(async (device: string, span: Span) => {
      const api = await cli.api();
      const found = await api.askJson<Timeline>('GET /api/devices/{device}/timeline', {
        path: { device },
        query: { ...span },
      });
      await cli.print(found, (sheet) =>
        sheet.table(found.intervals, INTERVALS, `${device} saw nothing then.`),
      );
    });
}
