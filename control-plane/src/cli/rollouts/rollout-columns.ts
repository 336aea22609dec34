import { counted } from '@edgeloop/protocol/counted';
import type { Static } from 'typebox';
import type {
  DecisionPage,
  RolloutDevicePage,
  RolloutPreview,
  RolloutSummary,
  RolloutView,
} from '../../resources/rollout.ts';
import { type Column, list, state, when } from '../output/cell.ts';

export const ROLLOUT_COLUMNS: readonly Column<RolloutSummary>[] = [
  { head: 'ROLLOUT', cell: ({ rollout }) => rollout, keep: true },
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'STATE', cell: ({ state: word }) => state(word) },
  { head: 'WAVE', cell: ({ wave, waves }) => `wave ${wave + 1} of ${waves}` },
  { head: 'CARGO', cell: ({ cargo }) => cargo.slice(0, 12) },
  { head: 'SINCE', cell: ({ since }) => when(since) },
  { head: 'WHY', cell: ({ reason }) => reason },
];

export const ROLLOUT_FIELDS: readonly Column<RolloutView>[] = [
  ...ROLLOUT_COLUMNS,
  { head: 'MOVES', cell: ({ lane }) => lane },
  { head: 'TARGET', cell: ({ plan }) => JSON.stringify(plan.target) },
  { head: 'CREATED BY', cell: ({ createdBy }) => createdBy },
  { head: 'APPROVED BY', cell: ({ approvedBy }) => approvedBy },
  { head: 'STARTED', cell: ({ startedAt }) => when(startedAt) },
  { head: 'ENDED', cell: ({ endedAt }) => when(endedAt) },
];

/** `4 done, 1 failed` */
export const describeWave = ({ devices }: RolloutView['progress'][number]): string =>
  Object.entries(devices)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');

export const WAVE_COLUMNS: readonly Column<RolloutView['progress'][number]>[] = [
  { head: 'WAVE', cell: ({ wave }) => `wave ${wave + 1}` },
  { head: 'DEVICES', cell: describeWave, keep: true },
];

export const DECISION_COLUMNS: readonly Column<DecisionPage['decisions'][number]>[] = [
  { head: 'AT', cell: ({ at }) => when(at) },
  { head: 'DECISION', cell: ({ event }) => event, keep: true },
  { head: 'WAVE', cell: ({ wave }) => `wave ${wave + 1}` },
  { head: 'BY', cell: ({ by }) => by },
  { head: 'WHY', cell: ({ reason }) => reason, keep: true },
];

export const DEVICE_COLUMNS: readonly Column<
  Static<typeof RolloutDevicePage>['devices'][number]
>[] = [
  { head: 'DEVICE', cell: ({ device }) => device, keep: true },
  { head: 'WAVE', cell: ({ wave }) => `wave ${wave + 1}` },
  { head: 'STATE', cell: ({ state: word }) => state(word) },
  { head: 'SINCE', cell: ({ since }) => when(since) },
  { head: 'WHY', cell: ({ reason }) => reason?.message },
];

export const PREVIEW_COLUMNS: readonly Column<RolloutPreview['waves'][number]>[] = [
  { head: 'WAVE', cell: ({ wave }) => `wave ${wave + 1}` },
  { head: 'DEVICES', cell: ({ devices }) => counted(devices, 'device'), right: true },
  {
    head: 'RUN IT ALREADY',
    cell: ({ already }) => counted(already, 'runs it', 'run it'),
    right: true,
  },
  { head: 'OFFLINE', cell: ({ offline }) => `${offline} offline`, right: true },
  { head: 'NAMES', cell: ({ names }) => list(names) },
];
