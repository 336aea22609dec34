import { counted } from '@edgeloop/protocol/counted';
import type { Command } from 'commander';
import type { RolloutPreview, RolloutView } from '../../resources/rollout.ts';
import type { Cli } from '../cli.ts';
import { resolveDigest } from '../models/resolve-digest.ts';
import { type PlanOptions, planOf, withPlan } from './plan-options.ts';
import { previewRemarks } from './preview-remarks.ts';
import { PREVIEW_COLUMNS, ROLLOUT_COLUMNS } from './rollout-columns.ts';
import { type WatchOptions, watchRollout, withWatch } from './watch-rollout.ts';

/** `create` and `preview`. */
export function addCreation(rollouts: Command, cli: Cli): void {
  withWatch(withPlan(rollouts.command('create')))
    .description('one canary and then all, unless told otherwise')
    .action(async ({ watch, wait, ...options }: PlanOptions & WatchOptions) => {
      const api = await cli.api();
      const json = await planOf(options, (model) => resolveDigest(api, model));
      const preview = await api.askJson<RolloutPreview>('POST /api/rollouts/preview', { json });
      for (const line of previewRemarks(preview)) cli.say(line);
      const view = await api.askJson<RolloutView>('POST /api/rollouts', { json });
      if (changesNone(preview)) {
        cli.say('Every device that it concerns runs this already: none will change.');
      }
      if (watch) return watchRollout(cli, api, view.rollout, wait ?? false);
      await cli.print(view, (sheet) => sheet.table([view], ROLLOUT_COLUMNS));
    });

  withPlan(rollouts.command('preview'))
    .description('which devices a plan would hit, and when')
    .action(async (options: PlanOptions) => {
      const api = await cli.api();
      const json = await planOf(options, (model) => resolveDigest(api, model));
      const preview = await api.askJson<RolloutPreview>('POST /api/rollouts/preview', { json });
      const conflicts = preview.conflicts.map(
        ({ rollout, devices, yields }) =>
          `${counted(devices, 'device is', 'devices are')} moved by ${rollout}${yields ? ', which yields them' : ': it would wait for that'}`,
      );
      await cli.print(preview, (sheet) =>
        sheet.table(preview.waves, PREVIEW_COLUMNS).lines(...previewRemarks(preview), ...conflicts),
      );
    });
}

function changesNone({ waves }: RolloutPreview): boolean {
  const sum = (of: 'devices' | 'already') => waves.reduce((all, wave) => all + wave[of], 0);
  return sum('devices') > 0 && sum('already') === sum('devices');
}
