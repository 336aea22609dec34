import { setTimeout as delay } from 'node:timers/promises';
import type { Sha256 } from '@edgeloop/protocol';
import type { ApiClient } from '../api-client.ts';
import { TASK } from './retrain.ts';

interface RolloutView {
  readonly rollout: string;
  readonly state: string;
  readonly reason: string | null;
}

interface DecisionPage {
  readonly decisions: readonly {
    readonly event: string;
    readonly wave: number;
    readonly reason: string;
  }[];
}

/** Nothing more will become of it by itself. */
const ENDED = ['completed', 'rolled-back', 'aborted', 'paused'];

/** So long each wave is watched: half as many frames again as the gates want. */
const BAKE = 30_000;
/**
 * In the light that the starter model was trained in: there a good new model is not told from the
 * old one.
 */
const CANARY = 'line-1';

const ENOUGH = { devices: 1, frames: 100 };
/** Nobody sits before a demonstration: whatever fails goes back by itself. */
const onFailure = 'roll back';
/** What a wave must show whoever else there is. */
const UPDATED = [
  { kind: 'update-success', limit: 1, minimum: { devices: 1 }, onFailure },
  { kind: 'update-errors', limit: 0, minimum: { devices: 1 }, onFailure },
  { kind: 'minimum-reports', limit: 1, minimum: ENOUGH, onFailure },
];
/**
 * What the other cameras in the same minutes tell of the canary. Their parts are too few for a gate
 * on the mix of classes.
 */
const COMPARED = [
  {
    kind: 'confidence',
    limit: 0.15,
    direction: 'fall',
    alpha: 0.05,
    onFailure,
    minimum: { ...ENOUGH, controlDevices: 2 },
  },
];

/**
 * The fleet of three in two waves: one camera first, the others when that one has done well.
 * @returns its id
 */
export async function beginRollout(api: ApiClient, model: Sha256, name: string): Promise<string> {
  const { rollout } = await api.post<RolloutView>('/api/rollouts', {
    name,
    cargo: { kind: 'model', task: TASK, slot: 'main', model },
    waves: [
      {
        size: { filter: { devices: [CANARY] } },
        bakeMillis: BAKE,
        gates: [...UPDATED, ...COMPARED],
      },
      { size: { percent: 100 }, bakeMillis: BAKE, gates: UPDATED },
    ],
  });
  return rollout;
}

/** The last that was begun for a model; null: none was. */
export async function rolloutOf(api: ApiClient, model: Sha256): Promise<string | null> {
  const page = await api.get<{ rollouts: { rollout: string; cargo: string }[] }>('/api/rollouts');
  return page?.rollouts.find(({ cargo }) => cargo === model)?.rollout ?? null;
}

/** Tells each decision as it is made. @returns the state that it ended in */
export async function followRollout(
  api: ApiClient,
  rollout: string,
  say: (text: string) => void,
): Promise<string> {
  for (let told = 0; ; ) {
    const path = `/api/rollouts/${rollout}`;
    const view = await api.get<RolloutView>(path);
    const decisions = (await api.get<DecisionPage>(`${path}/decisions`))?.decisions ?? [];
    for (const { event, wave, reason } of decisions.slice(told)) {
      say(`  ${event}, wave ${wave + 1}: ${reason}`);
    }
    told = decisions.length;
    if (view && ENDED.includes(view.state)) return view.state;
    await delay(1000);
  }
}
