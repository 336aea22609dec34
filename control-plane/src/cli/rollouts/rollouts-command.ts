import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import type { Static } from 'typebox';
import type {
  DecisionPage,
  RolloutDevicePage,
  RolloutPage,
  RolloutPreview,
  RolloutSummary,
  RolloutView,
} from '../../resources/rollout.ts';
import type { Order } from '../../rollouts/rollout-orders.ts';
import type { ApiClient } from '../client/api-client.ts';
import { clientOf, type ServerOptions, withServer } from '../client/server-options.ts';
import { resolveDigest } from '../models/resolve-digest.ts';
import { print } from '../print.ts';
import { type PlanOptions, planOf, withPlan } from './plan-options.ts';

const ORDERS: Readonly<Record<Order, string>> = {
  approve: 'let a rollout of somebody else start',
  start: 'start one that waits for it',
  pause: 'begin no device any more, for now',
  resume: 'go on after a pause',
  retry: 'try devices again that failed',
  promote: 'go on to the next wave now, whatever its gates say',
  abort: 'end it; what is done stays',
  'roll-back': 'every device that it touched goes back',
};
/** Nothing more becomes of it without an order. */
const RESTING = ['completed', 'rolled-back', 'aborted', 'paused', 'awaiting-approval'];
const LOOK_EVERY = 1000;
const PAGE = 1000;

/** `edgeloop rollouts`: models and configurations on their way to the fleet. */
export function rolloutsCommand(): Command {
  const command = new Command('rollouts')
    .description('models and configurations on their way to the fleet')
    .addCommand(createCommand())
    .addCommand(previewCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(devicesCommand());
  for (const [order, description] of Object.entries(ORDERS)) {
    command.addCommand(orderCommand(order, description));
  }
  return command;
}

function createCommand(): Command {
  return withPlan(new Command('create'))
    .description('one canary and then all, unless told otherwise')
    .option('--watch', 'tell each decision, until it rests', false)
    .action(async (options: PlanOptions & { watch: boolean }) => {
      const client = clientOf(options);
      const json = await planOf(options, (digest) => resolveDigest(client, digest));
      const view = await client.askJson<RolloutView>('/api/rollouts', { method: 'POST', json });
      if (!options.watch) print(options.json, view, [line(view)]);
      else await watch(client, view.rollout, options.json);
    });
}

function previewCommand(): Command {
  return withPlan(new Command('preview'))
    .description('which devices a plan would hit, and when')
    .action(async (options: PlanOptions) => {
      const client = clientOf(options);
      const json = await planOf(options, (digest) => resolveDigest(client, digest));
      const path = '/api/rollouts/preview';
      const preview = await client.askJson<RolloutPreview>(path, { method: 'POST', json });
      const waves = preview.waves.map(
        ({ wave, devices, already, offline, names }) =>
          `wave ${wave + 1}\t${devices} devices\t${already} run it\t${offline} offline\t${names.slice(0, 5).join(' ')}${names.length > 5 ? ' …' : ''}`,
      );
      const conflicts = preview.conflicts.map(
        ({ rollout, devices, yields }) =>
          `${devices} devices are moved by ${rollout}${yields ? ', which yields them' : ': it would wait for that'}`,
      );
      print(options.json, preview, [...waves, ...conflicts]);
    });
}

function listCommand(): Command {
  return withServer(new Command('list'))
    .description('rollouts, newest first')
    .action(async (options: ServerOptions) => {
      const { rollouts } = await clientOf(options).askJson<RolloutPage>('/api/rollouts?limit=100');
      print(options.json, rollouts, rollouts.map(line));
    });
}

function showCommand(): Command {
  return withServer(new Command('show'))
    .description('one rollout: where its devices are, and each decision with its reason')
    .argument('<rollout>', 'its id')
    .option('--watch', 'tell each decision, until it rests', false)
    .action(async (rollout: string, options: ServerOptions & { watch: boolean }) => {
      const client = clientOf(options);
      if (options.watch) return watch(client, rollout, options.json);
      const view = await client.askJson<RolloutView>(pathOf(rollout));
      const decisions = await decisionsOf(client, rollout);
      print(options.json, { ...view, decisions }, [
        line(view),
        ...view.progress.map(
          ({ wave, devices }) =>
            `wave ${wave + 1}\t${Object.entries(devices)
              .map(([state, count]) => `${count} ${state}`)
              .join(', ')}`,
        ),
        ...decisions.map(decisionLine),
      ]);
    });
}

function devicesCommand(): Command {
  return withServer(new Command('devices'))
    .description('where each device of a rollout is, and why')
    .argument('<rollout>', 'its id')
    .option('--state <state>', 'only those: failed, late …')
    .action(async (rollout: string, options: ServerOptions & { state?: string }) => {
      const client = clientOf(options);
      const devices: Static<typeof RolloutDevicePage>['devices'] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query = new URLSearchParams({
          ...{ limit: String(PAGE), ...(options.state && { state: options.state }) },
          ...(cursor && { cursor }),
        });
        const page: RolloutDevicePage = await client.askJson(`${pathOf(rollout)}/devices?${query}`);
        devices.push(...page.devices);
        cursor = page.next;
      }
      print(
        options.json,
        devices,
        devices.map(({ device, wave, state, reason }) =>
          [device, `wave ${wave + 1}`, state, reason?.message ?? ''].join('\t').trimEnd(),
        ),
      );
    });
}

function orderCommand(order: string, description: string): Command {
  return withServer(new Command(order))
    .description(description)
    .argument('<rollout>', 'its id')
    .option('--reason <text>', 'for the record')
    .action(async (rollout: string, options: ServerOptions & { reason?: string }) => {
      const { reason } = options;
      const json = reason === undefined ? {} : { reason };
      const path = `${pathOf(rollout)}/${order}`;
      const view = await clientOf(options).askJson<RolloutView>(path, { method: 'POST', json });
      print(options.json, view, [line(view)]);
    });
}

/** Each decision once, as it is made; as JSON one object a line. */
async function watch(client: ApiClient, rollout: string, json: boolean): Promise<void> {
  for (let told = 0; ; ) {
    const view = await client.askJson<RolloutView>(pathOf(rollout));
    const decisions = await decisionsOf(client, rollout);
    for (const decision of decisions.slice(told)) {
      print(json, decision, [decisionLine(decision)]);
    }
    told = decisions.length;
    if (RESTING.includes(view.state)) return print(json, view, [line(view)]);
    await delay(LOOK_EVERY);
  }
}

async function decisionsOf(client: ApiClient, rollout: string) {
  const decisions: DecisionPage['decisions'] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) });
    const page: DecisionPage = await client.askJson(`${pathOf(rollout)}/decisions?${query}`);
    decisions.push(...page.decisions);
    cursor = page.next;
  }
  return decisions;
}

const pathOf = (rollout: string) => `/api/rollouts/${encodeURIComponent(rollout)}`;

function line({ rollout, name, state, wave, waves, cargo, reason }: RolloutSummary): string {
  const at = `wave ${wave + 1} of ${waves}`;
  return [rollout, name, state, at, cargo.slice(0, 12), reason ?? ''].join('\t').trimEnd();
}

function decisionLine({ at, event, by, wave, reason }: DecisionPage['decisions'][number]): string {
  return [at, event, `wave ${wave + 1}`, by, reason].join('\t');
}
