import { readFile } from 'node:fs/promises';
import type { Sha256, SlotId, TaskId } from '@edgeloop/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import type { NewRollout, WaveSize } from '../../rollouts/plan/plan.ts';
import { count } from '../arguments/count.ts';
import { duration } from '../arguments/duration.ts';

const MAIN = 'main' as SlotId;

export interface PlanOptions {
  readonly plan?: string;
  readonly name?: string;
  readonly model?: string;
  readonly task?: TaskId;
  readonly slot?: SlotId;
  readonly configuration?: number;
  readonly wave?: readonly WaveSize[];
  readonly bake?: number;
  readonly site?: string[];
  readonly tag?: string[];
  readonly device?: string[];
  readonly approval?: boolean;
  readonly priority?: number;
}

/** What a plan can say in a line; `--plan` takes all that the API takes. */
export function withPlan(command: Command): Command {
  return command
    .option('--plan <file>', 'the whole plan as JSON, as POST /api/rollouts takes it')
    .option('--name <text>', 'what it is called')
    .option('--model <model>', 'what goes out: a registered model, its digest or how that begins')
    .option('--task <task>', 'the task of the model')
    .option('--slot <name>', `the slot of the devices (default: ${MAIN})`)
    .option('--configuration <version>', 'what goes out: a version of a configuration', count)
    .option(
      '--wave <size>',
      'devices (1) or percent of the target with the waves before (25%); again for each wave (default: 1, then 100%)',
      (text: string, before: WaveSize[] = []) => [...before, waveSize(text)],
    )
    .option('--bake <time>', 'so long each wave is watched (default: 30min)', duration)
    .option('--site <site...>', 'only these sites')
    .option('--tag <tag...>', 'only devices with all of these tags')
    .option('--device <device...>', 'only these devices')
    .option('--approval', 'somebody else must approve it first')
    .addOption(new Option('--priority <n>', 'over other rollouts (default: 0)').argParser(Number));
}

/** @throws ControlPlaneError `OPTION_INVALID` */
export async function planOf(
  options: PlanOptions,
  resolveModel: (digest: string) => Promise<Sha256>,
): Promise<NewRollout> {
  if (options.plan !== undefined) {
    requireAlone(options);
    return readPlan(options.plan);
  }
  const { name, wave, bake, site, tag, device, approval, priority } = options;
  const sizes = wave ?? [{ count: 1 }, { percent: 100 }];
  return {
    cargo: await cargoOf(options, resolveModel),
    target: {
      ...(site && { sites: site }),
      ...(tag && { tags: tag }),
      ...(device && { devices: device }),
    } as NonNullable<NewRollout['target']>,
    waves: sizes.map((size) => ({ size, ...(bake !== undefined && { bakeMillis: bake }) })),
    ...(name !== undefined && { name }),
    ...(approval && { approval }),
    ...(priority !== undefined && { priority }),
  };
}

async function cargoOf(
  { model, task, slot, configuration }: PlanOptions,
  resolveModel: (digest: string) => Promise<Sha256>,
): Promise<NewRollout['cargo']> {
  if (configuration !== undefined) {
    const said = Object.entries({ model, task, slot }).filter(([, value]) => value !== undefined);
    if (said.length === 0) return { kind: 'configuration', version: configuration };
    const message = `Expected one thing that goes out, received --${said.map(([name]) => name).join(' and --')} beside --configuration. Make a rollout of each.`;
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  if (model !== undefined && task !== undefined) {
    return { kind: 'model', task, slot: slot ?? MAIN, model: await resolveModel(model) };
  }
  const message =
    'Expected --model with --task, --configuration, or --plan with a file, received none of them.';
  throw new ControlPlaneError('OPTION_INVALID', message);
}

const BESIDE = [
  ...(['name', 'model', 'task', 'slot', 'configuration', 'bake', 'site', 'tag', 'device'] as const),
  ...(['approval', 'priority', 'wave'] as const),
];

/** What is said beside a file would be dropped without a word: an approval, too. */
function requireAlone(options: PlanOptions): void {
  const said = BESIDE.filter((name) => options[name] !== undefined);
  if (said.length === 0) return;
  const message = `Expected the whole plan in the file that --plan names, received --${said.join(' and --')} beside it. Say it in the file.`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}

async function readPlan(path: string): Promise<NewRollout> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as NewRollout;
  } catch (cause) {
    const message = `Expected a plan as JSON for --plan, received ${path}: ${(cause as Error).message}.`;
    throw new ControlPlaneError('OPTION_INVALID', message, { cause });
  }
}

function waveSize(text: string): WaveSize {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  if (number === undefined) {
    throw new InvalidArgumentError(`Expected devices, such as 1, or a share, such as 25%.`);
  }
  if (!percent) return { count: count(number) };
  const share = Number(number);
  if (share > 0 && share <= 100) return { percent: share };
  throw new InvalidArgumentError('Expected a share above 0% and at most 100%.');
}
