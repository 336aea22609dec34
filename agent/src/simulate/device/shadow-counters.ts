import type { Random, Sha256, Shadow } from '@edgeloop/protocol';
import { admitFrame } from '../../shadow/admit-frame.ts';
import { countComparison, newShadowTotals } from '../../shadow/shadow-totals.ts';
import { celsiusOf, type Effects } from '../behaviour/effects.ts';
import type { DrawnFrame } from '../scene/draw-frame.ts';

/** Where the agent's shadows stop. */
const MAX = 75;

/**
 * What a candidate that looks on makes of the frames, since the last start, by the agent's own
 * counts.
 */
export class ShadowCounters {
  readonly #models: Pick<Shadow['slots'][string], 'active' | 'candidate' | 'every'>;
  readonly #agreement: number;
  readonly #totals = newShadowTotals();
  #frames = 0;

  /**
   * @param agreement Share of the frames that it sees as the model that decides, where nothing else
   * is said.
   */
  constructor(active: Sha256, candidate: Sha256, every: number, agreement: number) {
    this.#models = { active, candidate, every };
    this.#agreement = agreement;
  }

  isOf(active: Sha256, candidate: Sha256, every: number): boolean {
    const models = this.#models;
    return models.active === active && models.candidate === candidate && models.every === every;
  }

  look(
    { label, inferenceMillis }: DrawnFrame,
    { hot, agreement }: Pick<Effects, 'hot' | 'agreement'>,
    random: Random,
  ): void {
    this.#frames += 1;
    const { every } = this.#models;
    const admission = admitFrame({
      number: this.#frames,
      every,
      busy: false,
      celsius: celsiusOf({ hot }),
      maxCelsius: MAX,
    });
    if (admission === 'not its turn') return;
    if (admission !== 'compare') {
      this.#totals.skipped[admission] += 1;
      return;
    }
    const agrees = random.chance(agreement ?? this.#agreement);
    countComparison(this.#totals, label, agrees, inferenceMillis);
  }

  get counts(): Shadow['slots'][string] {
    return { ...this.#models, ...this.#totals };
  }
}
