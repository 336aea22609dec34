import type { Command } from 'commander';
import type { RolloutView } from '../../resources/rollout.ts';
import type { Order } from '../../rollouts/rollout-orders.ts';
import type { Cli } from '../cli.ts';
import type { Route } from '../client/fill-path.ts';
import { OF_ID } from '../client/resolve-id.ts';
import { addCreation } from './add-creation.ts';
import { addLooks } from './add-looks.ts';
import { addStatus } from './add-status.ts';
import { resolveRollout } from './resolve-rollout.ts';
import { ROLLOUT_COLUMNS } from './rollout-columns.ts';

interface OrderRow {
  readonly description: string;
  readonly route: Route;
  /** What a person is told before; absent: nothing is lost by it. */
  readonly consequence?: string;
}

const ORDERS: Readonly<Record<Order, OrderRow>> = {
  approve: {
    description: 'let a rollout of somebody else start',
    route: 'POST /api/rollouts/{rollout}/approve',
  },
  start: {
    description: 'start one that waits for it',
    route: 'POST /api/rollouts/{rollout}/start',
  },
  pause: {
    description: 'begin no device any more, for now',
    route: 'POST /api/rollouts/{rollout}/pause',
  },
  resume: {
    description: 'go on after a pause',
    route: 'POST /api/rollouts/{rollout}/resume',
  },
  retry: {
    description: 'try devices again that failed',
    route: 'POST /api/rollouts/{rollout}/retry',
  },
  promote: {
    description: 'go on to the next wave now, whatever its gates say',
    route: 'POST /api/rollouts/{rollout}/promote',
    consequence: 'The next wave begins now, whatever the gates say.',
  },
  abort: {
    description: 'end it; what is done stays',
    route: 'POST /api/rollouts/{rollout}/abort',
    consequence: 'It ends: devices that are done stay, those under way go back.',
  },
  'roll-back': {
    description: 'every device that it touched goes back',
    route: 'POST /api/rollouts/{rollout}/roll-back',
    consequence: 'Every device that it touched runs again what it ran before.',
  },
};

/** `edgeloop rollouts`: models and configurations on their way to the fleet. */
export function addRollouts(rollouts: Command, cli: Cli): void {
  addCreation(rollouts, cli);
  addLooks(rollouts, cli);
  addStatus(rollouts, cli);
  for (const [order, { description, route, consequence }] of Object.entries(ORDERS)) {
    rollouts
      .command(order)
      .description(description)
      .argument('<rollout>', OF_ID)
      .option('--reason <text>', 'for the record')
      .action(async (given: string, json: { readonly reason?: string }) => {
        const api = await cli.api();
        const rollout = await resolveRollout(api, given);
        if (consequence) await cli.confirm(consequence);
        const view = await api.askJson<RolloutView>(route, { path: { rollout }, json });
        await cli.print(view, (sheet) => sheet.table([view], ROLLOUT_COLUMNS));
      });
  }
}
