import { type Command, Option } from 'commander';
import type { RolloutDevicePage, RolloutPage, RolloutView } from '../../resources/rollout.ts';
import { count } from '../arguments/count.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { OF_ID } from '../client/resolve-id.ts';
import { decisionsOf } from './decisions-of.ts';
import { resolveRollout } from './resolve-rollout.ts';
import {
  DECISION_COLUMNS,
  DEVICE_COLUMNS,
  ROLLOUT_COLUMNS,
  ROLLOUT_FIELDS,
  WAVE_COLUMNS,
} from './rollout-columns.ts';
import { type WatchOptions, watchRollout, withWatch } from './watch-rollout.ts';

interface DeviceOptions extends PageOptions {
  readonly state?: string;
  readonly wave?: number;
}

const STATES = [
  ...['awaiting-approval', 'scheduled', 'shadowing', 'rolling', 'baking', 'paused'],
  ...['completed', 'aborted', 'rolling-back', 'rolled-back'],
];

/** `list`, `show` and `devices`. */
export function addLooks(rollouts: Command, cli: Cli): void {
  withPaging(rollouts.command('list'))
    .description('rollouts, newest first')
    .addOption(new Option('--state <state>', 'in this state alone').choices(STATES))
    .action(async ({ state, ...page }: PageOptions & { readonly state?: string }) => {
      const found = await collectPages<RolloutPage>(
        await cli.api(),
        'GET /api/rollouts',
        'rollouts',
        { ...page, query: { state } },
      );
      await cli.print(found, (sheet) =>
        sheet
          .table(
            found.rollouts,
            ROLLOUT_COLUMNS,
            'There is none. edgeloop rollouts create starts one.',
          )
          .more(found.next),
      );
    });

  withWatch(rollouts.command('show'))
    .description('one rollout: where its devices are, and each decision with its reason')
    .argument('<rollout>', OF_ID)
    .action(async (given: string, { watch, wait }: WatchOptions) => {
      const api = await cli.api();
      const rollout = await resolveRollout(api, given);
      if (watch) return watchRollout(cli, api, rollout, wait ?? false);
      const view = await api.askJson<RolloutView>('GET /api/rollouts/{rollout}', {
        path: { rollout },
      });
      const decisions = cli.options.json ? [] : await decisionsOf(api, rollout);
      await cli.print(view, (sheet) =>
        sheet
          .fields(view, ROLLOUT_FIELDS)
          .section('Waves', view.progress, WAVE_COLUMNS)
          .section('Decisions', decisions, DECISION_COLUMNS),
      );
    });

  rollouts
    .command('decisions')
    .description('what was decided, by whom or which gate, and the figures it follows from')
    .argument('<rollout>', OF_ID)
    .action(async (given: string) => {
      const api = await cli.api();
      const decisions = await decisionsOf(api, await resolveRollout(api, given));
      await cli.print({ decisions, next: null }, (sheet) =>
        sheet.table(decisions, DECISION_COLUMNS, 'Nothing was decided yet.'),
      );
    });

  withPaging(rollouts.command('devices'))
    .description('where each device of a rollout is, and why')
    .argument('<rollout>', OF_ID)
    .option('--state <state>', 'only those: failed, late …')
    .option('--wave <n>', 'only those of it; 1 is the canary', count)
    .action(async (given: string, { state, wave, ...page }: DeviceOptions) => {
      const api = await cli.api();
      const rollout = await resolveRollout(api, given);
      const found = await collectPages<RolloutDevicePage>(
        api,
        'GET /api/rollouts/{rollout}/devices',
        'devices',
        { ...page, path: { rollout }, query: { state, wave: wave && wave - 1 } },
      );
      await cli.print(found, (sheet) =>
        sheet.table(found.devices, DEVICE_COLUMNS, 'No device fits.').more(found.next),
      );
    });
}
