import { setTimeout as delay } from 'node:timers/promises';
import { COLOUR_TASK } from '../../stand/control-plane/push-colour-models.ts';
import { type Line, MODELS, SITE } from './line.ts';

const ENDED = ['completed', 'aborted', 'rolled-back'];
const PATIENCE = 25_000;
const LAST_PATIENCE = 120_000;
const GATES = [
  { kind: 'update-success', limit: 1, minimum: { devices: 1 }, onFailure: 'pause' },
] as const;

/**
 * Brings one model after another to all devices, while faults strike: a rollout that does not come
 * through is aborted.
 */
export class Rollouts {
  readonly #line: Line;
  readonly ended: Record<string, number> = {};
  /** Why those that were not made were not. */
  readonly notMade = new Set<string>();
  /** Of one that ended before its time, what its devices said. */
  #said: readonly string[] = [];
  #going: Promise<void> = Promise.resolve();
  #stopped = false;
  #next = 0;

  constructor(line: Line) {
    this.#line = line;
  }

  start(): void {
    this.#going = this.#goOn();
  }

  /** No more of them; the one that is under way is ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#going;
  }

  /**
   * One that must come through; what a device takes back because it is busy is tried again, as a
   * person does.
   */
  async last(): Promise<string> {
    let state = '';
    for (let tries = 0; tries < 3 && state !== 'completed'; tries++) {
      state = await this.#rollOut(LAST_PATIENCE);
    }
    return state === 'completed' ? state : `${state} (${this.#said.join('; ')})`;
  }

  async #goOn(): Promise<void> {
    while (!this.#stopped) {
      // No control plane is there to ask, or it lies in pieces.
      const state = await this.#rollOut(PATIENCE).catch((error: Error) => {
        this.notMade.add(error.message.slice(0, 300));
        return 'not made';
      });
      this.ended[state] = (this.ended[state] ?? 0) + 1;
      if (state === 'not made') await delay(1_000);
    }
  }

  async #rollOut(patience: number): Promise<string> {
    const { api, models } = this.#line;
    const name = MODELS[this.#next % MODELS.length] as string;
    this.#next += 1;
    await this.#clear();
    const { rollout } = await api.post('/api/rollouts', {
      name,
      champion: false,
      target: { sites: [SITE] },
      cargo: { kind: 'model', task: COLOUR_TASK, slot: 'main', model: models[name] },
      waves: [
        { size: { count: 1 }, bakeMillis: 500, gates: GATES },
        { size: { percent: 100 }, bakeMillis: 500, gates: GATES },
      ],
    });
    for (const end = Date.now() + patience; Date.now() < end; await delay(300)) {
      const view = await api.get(`/api/rollouts/${rollout}`).catch(() => null);
      if (view && ENDED.includes(view.state)) return view.state;
      if (view?.state === 'paused') break;
      if (this.#stopped && patience === PATIENCE) break;
    }
    await this.#listen(rollout).catch(() => {});
    await api.post(`/api/rollouts/${rollout}/abort`);
    return 'aborted';
  }

  async #listen(rollout: string): Promise<void> {
    const { devices } = await this.#line.api.get(`/api/rollouts/${rollout}/devices`);
    this.#said = devices.map((device: unknown) => JSON.stringify(device));
  }

  /** What an earlier try left, whose answer was lost. */
  async #clear(): Promise<void> {
    const { rollouts } = await this.#line.api.get('/api/rollouts');
    for (const { rollout, state } of rollouts) {
      if (!ENDED.includes(state)) await this.#line.api.post(`/api/rollouts/${rollout}/abort`);
    }
  }
}
