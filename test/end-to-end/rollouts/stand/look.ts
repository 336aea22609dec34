import type { Reported } from '@edgeloop/protocol';
import type { ControlPlaneProcess } from '../../../stand/control-plane/control-plane-process.ts';
import { type Decision, get } from './answers.ts';
import type { Step } from './play-file.ts';

/** Where a step is looked for. */
export interface Sight {
  readonly controlPlane: ControlPlaneProcess;
  /** Digests by name. */
  readonly models: Readonly<Record<string, string>>;
  /** The site and slot of the play. */
  readonly place: string;
  /** The id of a rollout of the play. */
  readonly rollout: (name: string | undefined) => string;
}

/** Whether it is so, and what is instead. */
interface LookResult {
  readonly is: boolean;
  readonly instead: unknown;
}

/** Looks whether what a step says has come about. */
export async function look(sight: Sight, step: Step): Promise<LookResult> {
  if ('until' in step) return lookAtState(sight, step);
  if ('devices' in step) {
    const { progress } = await get(sight.controlPlane, pathOf(sight, step.of));
    const counts = sumCounts(progress.map(({ devices }: { devices: object }) => devices));
    return { is: same(counts, step.devices), instead: counts };
  }
  if ('run' in step) {
    const counts = await countRunning(sight);
    return { is: same(counts, step.run), instead: counts };
  }
  if ('configured' in step) {
    const counts = await countReported(sight, ({ configuration }) => configuration?.state ?? null);
    return { is: same(counts, step.configured), instead: counts };
  }
  if ('decided' in step) return lookForDecision(sight, step);
  if ('offline' in step) {
    const count = (await devicesOf(sight)).filter(({ state }) => state === 'offline').length;
    return { is: count === step.offline, instead: count };
  }
  if ('champion' in step) {
    const model = sight.models[step.champion];
    const { aliases } = await get(sight.controlPlane, `/api/models/${model}`);
    return { is: aliases.includes('champion'), instead: aliases };
  }
  throw new Error(`Expected a step that can come about, received ${JSON.stringify(step)}.`);
}

/** Oldest first. */
export async function decisionsOf(sight: Sight, of: string | undefined): Promise<Decision[]> {
  const path = `${pathOf(sight, of)}/decisions?limit=1000`;
  return (await get(sight.controlPlane, path)).decisions;
}

export const pathOf = ({ rollout }: Sight, of: string | undefined): string =>
  `/api/rollouts/${rollout(of)}`;

async function lookAtState(
  sight: Sight,
  { until, wave, of }: Extract<Step, { until: string }>,
): Promise<LookResult> {
  const now = await get(sight.controlPlane, pathOf(sight, of));
  const is = now.state === until && (wave === undefined || now.wave === wave);
  return { is, instead: { state: now.state, wave: now.wave } };
}

async function lookForDecision(
  sight: Sight,
  { decided, by, of, failsClosed = false }: Extract<Step, { decided: string }>,
): Promise<LookResult> {
  const decisions = await decisionsOf(sight, of);
  const found = decisions.find((it) => it.event === decided && (by === undefined || it.by === by));
  return { is: found !== undefined && explains(found, failsClosed), instead: found ?? decisions };
}

/**
 * A gate that decided says what each gate found, and whether it failed for too much, or for too
 * little to go on.
 */
function explains({ by, reason, figures }: Decision, failsClosed: boolean): boolean {
  if (!by.startsWith('gate:')) return reason !== '';
  const kind = by.slice('gate:'.length);
  const failed = figures.gates?.find((it) => it.gate.kind === kind && it.outcome === 'failed');
  if (!failed || Object.keys(failed.figures).length === 0) return false;
  return failed.reason.includes('that is not enough') === failsClosed;
}

/** How many devices of the play say that they run each model. */
function countRunning(sight: Sight): Promise<Record<string, number>> {
  const names = new Map(Object.entries(sight.models).map(([name, digest]) => [digest, name]));
  return countReported(sight, ({ slots }) => {
    const model = slots[sight.place]?.model;
    return (model && names.get(model)) ?? 'nothing that is known';
  });
}

/** Devices by what they report. @param pick null: not counted */
async function countReported(
  sight: Sight,
  pick: (reported: Reported) => string | null,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { device } of await devicesOf(sight)) {
    const { reported } = await get(sight.controlPlane, `/api/devices/${device}`);
    const said = reported ? pick(reported) : 'nothing yet';
    if (said !== null) counts[said] = (counts[said] ?? 0) + 1;
  }
  return counts;
}

async function devicesOf({
  controlPlane,
  place,
}: Sight): Promise<readonly { readonly device: string; readonly state: string }[]> {
  return (await get(controlPlane, `/api/devices?site=${place}&limit=200`)).devices;
}

function sumCounts(all: readonly object[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const counts of all) {
    for (const [key, count] of Object.entries(counts)) sum[key] = (sum[key] ?? 0) + count;
  }
  return sum;
}

type Counts = Readonly<Record<string, number>>;

const same = (a: Counts, b: Counts): boolean =>
  [...Object.keys(a), ...Object.keys(b)].every((key) => (a[key] ?? 0) === (b[key] ?? 0));
