import type { SampleView } from '../../resources/sample.ts';
import { type Column, digest, list, size, when } from '../output/cell.ts';

const SAMPLE: Column<SampleView> = {
  head: 'SAMPLE',
  cell: ({ sha256 }) => ({ text: sha256 }),
  keep: true,
};
const LABEL: Column<SampleView> = {
  head: 'LABEL',
  cell: ({ label }) => label.class ?? { text: label.state, tone: 'quiet' },
};
const GUESS: Column<SampleView> = { head: 'GUESS', cell: ({ guess }) => guess };
const UNSURE: Column<SampleView> = {
  head: 'UNSURE',
  cell: ({ uncertainty }) => uncertainty?.toFixed(2),
  right: true,
};
const SIDE: Column<SampleView> = { head: 'SIDE', cell: ({ side }) => side };
const ORIGIN: Column<SampleView> = { head: 'ORIGIN', cell: ({ origin }) => origin };
const RECEIVED: Column<SampleView> = {
  head: 'RECEIVED',
  cell: ({ receivedAt }) => when(receivedAt),
};

export const SAMPLE_COLUMNS = [SAMPLE, LABEL, GUESS, UNSURE, SIDE, ORIGIN, RECEIVED];

export const SAMPLE_FIELDS: readonly Column<SampleView>[] = [
  ...SAMPLE_COLUMNS,
  { head: 'LABELLED', cell: ({ labelledAt }) => when(labelledAt) },
  { head: 'PICTURE', cell: ({ type, width, height }) => `${type}, ${width} × ${height}` },
  { head: 'SIZE', cell: ({ bytes }) => size(bytes) },
];

export const SIGHTING_COLUMNS: readonly Column<SampleView['sightings'][number]>[] = [
  { head: 'AT', cell: ({ capturedAt, receivedAt }) => when(capturedAt ?? receivedAt) },
  { head: 'DEVICE', cell: ({ device, importedBy }) => device ?? importedBy },
  { head: 'CAMERA', cell: ({ camera }) => camera },
  { head: 'MODEL', cell: ({ model }) => digest(model) },
  { head: 'WHY', cell: ({ reasons }) => list(reasons) },
  { head: 'FILE', cell: ({ source }) => source },
];
