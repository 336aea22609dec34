import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type Column, state } from '../output/cell.ts';

interface Stage {
  /** From 0; null: before the first. */
  readonly wave: number | null;
  readonly judged: string;
  readonly gates: readonly {
    readonly gate: { readonly kind: string; readonly limit?: number };
    readonly outcome: string | null;
    readonly reason: string | null;
  }[];
}

interface GateRow {
  readonly stage: Stage;
  readonly gate: Stage['gates'][number];
}

interface OrderView {
  readonly order: string;
  readonly devices: number | null;
  readonly effect: string;
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

const ORDERS: readonly Column<OrderView>[] = [
  { head: 'ORDER', cell: ({ order }) => order, keep: true },
  { head: 'DEVICES', cell: ({ devices }) => devices, right: true },
  { head: 'EFFECT', cell: ({ effect }) => effect },
];

/** `gates` and `orders`: how a rollout stands, and what can be done about it. */
export function addStanding(rollouts: Command, cli: Cli): void {
  rollouts
    .command('gates')
    .description('how the gates of each wave stand beside their limits')
    .argument('<rollout>', 'its id')
    .action(async (rollout: string) => {
      const api = await cli.api();
      const found = await api.askJson<{ readonly stages: readonly Stage[] }>(
        'GET /api/rollouts/{rollout}/gates',
        { path: { rollout } },
      );
      const rows = found.stages.flatMap((stage) => stage.gates.map((gate) => ({ stage, gate })));
      await cli.print(found, (sheet) => sheet.table(rows, GATES));
    });

  rollouts
    .command('orders')
    .description('what a person may order now, and what it would do to how many devices')
    .argument('<rollout>', 'its id')
    .action(async (rollout: string) => {
      const api = await cli.api();
      const found = await api.askJson<{ readonly orders: readonly OrderView[] }>(
        'GET /api/rollouts/{rollout}/orders',
        { path: { rollout } },
      );
      await cli.print(found, (sheet) => sheet.table(found.orders, ORDERS, 'It has ended.'));
    });
}
