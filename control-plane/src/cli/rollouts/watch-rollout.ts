import type { Command } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import type { RolloutView } from '../../resources/rollout.ts';
import type { Cli } from '../cli.ts';
import type { ApiClient } from '../client/api-client.ts';
import { lookAgain } from '../watch/look-again.ts';
import { StatusLine } from '../watch/status-line.ts';
import { decisionsOf } from './decisions-of.ts';
import { DECISION_COLUMNS, describeWave, ROLLOUT_COLUMNS } from './rollout-columns.ts';

export interface WatchOptions {
  readonly watch?: boolean;
  readonly wait?: boolean;
}

export function withWatch(command: Command): Command {
  return command
    .option('--watch', 'tell each decision, until it has ended or waits for a person')
    .option('--wait', 'with --watch: also while it waits for a person');
}

const ENDED: readonly string[] = ['completed', 'rolled-back', 'aborted'];

/** Whom it waits for, and what they do; null: it goes on by itself. */
function waitsFor({ rollout, state, startAt, createdBy, reason }: RolloutView): string | null {
  switch (state) {
    case 'awaiting-approval':
      return `It waits for somebody other than ${createdBy}: edgeloop rollouts approve ${rollout}`;
    case 'paused':
      return `It is paused${reason ? ` (${reason})` : ''}: edgeloop rollouts resume ${rollout}, or roll-back`;
    case 'scheduled':
      return startAt === null
        ? `It waits to be started by hand: edgeloop rollouts start ${rollout}`
        : null;
    default:
      return null;
  }
}

/**
 * Each decision once, as it is made, and the rollout at the end; as JSON one object a line.
 * @param wait Also while a person must do something first.
 * @throws ControlPlaneError `ENDED_BADLY`: aborted, rolled back; `WAITS_FOR_PERSON`
 */
export async function watchRollout(
  cli: Cli,
  api: ApiClient,
  rollout: string,
  wait: boolean,
): Promise<void> {
  const line = new StatusLine(cli.surroundings.stderr);
  let told = 0;
  let last: RolloutView | null = null;
  cli.setInterruption(`The watch has ended; rollout ${rollout} goes on.`);
  try {
    await lookAgain(api, async () => {
      const path = { rollout };
      const view = await api.askJson<RolloutView>('GET /api/rollouts/{rollout}', { path });
      const decisions = await decisionsOf(api, rollout);
      line.clear();
      for (const decision of decisions.slice(told)) {
        await cli.print(decision, (sheet) => sheet.row(decision, DECISION_COLUMNS));
      }
      told = decisions.length;
      const person = waitsFor(view);
      if (person && wait && person !== (last && waitsFor(last))) cli.say(person);
      last = view;
      line.show(describe(view));
      return !ENDED.includes(view.state) && (person === null || wait);
    });
  } finally {
    line.clear();
  }
  if (last) await conclude(cli, last);
}

async function conclude(cli: Cli, view: RolloutView): Promise<void> {
  await cli.print(view, (sheet) => sheet.table([view], ROLLOUT_COLUMNS));
  if (view.state === 'completed') return;
  const person = waitsFor(view);
  if (person) throw new ControlPlaneError('WAITS_FOR_PERSON', person);
  const why = (view.reason ?? 'for no reason that was given').replace(/\.$/, '');
  const message = `The rollout was ${view.state.replace('-', ' ')}: ${why}.`;
  throw new ControlPlaneError('ENDED_BADLY', message);
}

const describe = ({ state, progress, wave, waves, startAt }: RolloutView): string =>
  [
    ...[state, `wave ${wave + 1} of ${waves}`],
    ...(state === 'scheduled' && startAt ? [`starts at ${startAt}`] : []),
    ...progress.filter((of) => of.wave === wave).map(describeWave),
  ].join(', ');
