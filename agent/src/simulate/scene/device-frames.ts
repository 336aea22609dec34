import type { Millis, Random } from '@edgeloop/protocol';
import type { Effects } from '../behaviour/effects.ts';
import type { Mix, Scenario } from '../scenario/scenario.ts';
import { drawFactors, sceneAt } from './device-scene.ts';
import { type DrawnFrame, drawFrame } from './draw-frame.ts';

/** What is in front of one device's camera, as its model takes it. */
export class DeviceFrames {
  readonly #scenario: Pick<Scenario, 'scene' | 'model' | 'health'>;
  readonly #random: Random;
  readonly #factors: Mix;

  constructor(scenario: Pick<Scenario, 'scene' | 'model' | 'health'>, random: Random) {
    this.#scenario = scenario;
    this.#random = random;
    this.#factors = drawFactors(scenario.scene, random);
  }

  /**
   * The frames between two reports of health, each drawn when it is asked for.
   * @param elapsed since the start of the simulation
   */
  *between(elapsed: Millis, effects: Effects): Generator<DrawnFrame> {
    const { scene, model, health } = this.#scenario;
    const now = sceneAt(scene, this.#factors, elapsed);
    for (let i = 0; i < health.frames; i++) yield drawFrame(now, model, effects, this.#random);
  }
}
