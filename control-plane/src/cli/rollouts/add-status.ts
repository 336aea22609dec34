import type { Command } from 'commander';
import type { OrderList } from '../../resources/rollout.ts';
import type { GateStatus, GateStatuses, StageStatus } from '../../resources/rollout-gates.ts';
import type { Cli } from '../cli.ts';
import { OF_ID } from '../client/resolve-id.ts';
import { type Column, state } from '../output/cell.ts';
import { resolveRollout } from './resolve-rollout.ts';

interface GateRow {
  readonly stage: StageStatus;
  readonly gate: GateStatus;
}

const GATES: readonly Column<GateRow>[] = [
  {
    head: 'WAVE',
    cell: ({ stage }) => (stage.wave === null ? 'shadow' : `wave ${stage.wave + 1}`),
  },
  { head: 'JUDGED', cell: ({ stage }) => stage.judged },
  { head: 'GATE', cell: ({ gate }) => gate.gate.kind, keep: true },
  { head: 'LIMIT', cell: ({ gate }) => gate.gate.limit, right: true },
  { head: 'STANDS', cell: ({ gate }) => (gate.outcome === null ? null : state(gate.outcome)) },
  { head: 'WHY', cell: ({ gate }) => gate.reason },
];

const ORDERS: readonly Column<OrderList['orders'][number]>[] = [
  { head: 'ORDER', cell: ({ order }) => order, keep: true },
  { head: 'DEVICES', cell: ({ devices }) => devices, right: true },
  { head: 'EFFECT', cell: ({ effect }) => effect },
];

/** `gates` and `orders`: how a rollout stands, and what can be done about it. */
export function addStatus(rollouts: Command, cli: Cli): void {
  rollouts
    .command('gates')
    .description('how the gates of each wave stand beside their limits')
    .argument('<rollout>', OF_ID)
    .action(async (given: string) => {
      const api = await cli.api();
      const rollout = await resolveRollout(api, given);
      const found = await api.askJson<GateStatuses>('GET /api/rollouts/{rollout}/gates', {
        path: { rollout },
      });
      const rows = found.stages.flatMap((stage) => stage.gates.map((gate) => ({ stage, gate })));
      await cli.print(found, (sheet) => sheet.table(rows, GATES));
    });

  rollouts
    .command('orders')
    .description('what a person may order now, and what it would do to how many devices')
    .argument('<rollout>', OF_ID)
    .action(async (given: string) => {
      const api = await cli.api();
      const rollout = await resolveRollout(api, given);
      const found = await api.askJson<OrderList>('GET /api/rollouts/{rollout}/orders', {
        path: { rollout },
      });
      await cli.print(found, (sheet) => sheet.table(found.orders, ORDERS, 'It has ended.'));
    });
}
