import { setTimeout as delay } from 'node:timers/promises';
import { epochMillis, millis } from '@edgeloop/protocol';
import pino from 'pino';
import { SimulatedFleet } from '../../../../agent/src/simulate/fleet/simulated-fleet.ts';
import { parseScenario } from '../../../../agent/src/simulate/scenario/load-scenario.ts';
import { expectAnswer, get, post } from './answers.ts';
import { decisionsOf, look, pathOf, type Sight } from './look.ts';
import type { Play, Step } from './play-file.ts';
import { type Stage, TASK } from './stage.ts';

/** What a play is patient for; on a busy machine much takes long. */
const PATIENCE = 60_000;
const LOOK_EVERY = 100;

/** One play from its beginning to its end: its own site, slot and devices on the common stage. */
export class PlayRun {
  readonly #stage: Stage;
  readonly #name: string;
  readonly #play: Play;
  readonly #fleets: SimulatedFleet[] = [];
  readonly #rollouts = new Map<string, string>();
  #token = '';

  /** @param name of its site and its slot */
  constructor(stage: Stage, name: string, play: Play) {
    this.#stage = stage;
    this.#name = name;
    this.#play = play;
  }

  /** @throws Error with what was decided until then, where a step does not come about */
  async run(): Promise<void> {
    const { devices, settleMillis = 0, rollout, before = [], steps } = this.#play;
    try {
      this.#token = await this.#stage.controlPlane.enrolmentToken(
        { uses: 1000, replace: true },
        this.#name,
      );
      await this.#addFleet(this.#name, devices);
      await this.#take({ run: { champion: devices } });
      await delay(settleMillis);
      for (const step of before) await this.#take(step);
      await this.#take({ create: rollout });
      for (const step of steps) await this.#take(step);
    } catch (error) {
      const told = await this.#tell().catch(String);
      throw new Error(`${(error as Error).message}\n${told}`, { cause: error });
    } finally {
      await Promise.all(this.#fleets.map((fleet) => fleet.close()));
    }
  }

  async #addFleet(prefix: string, devices: number): Promise<void> {
    const text = JSON.stringify({ slot: this.#name, runs: 'champion', ...this.#play.fleet });
    const scenario = parseScenario(text, `${this.#name}.yaml`, this.#stage.models);
    const fleet = new SimulatedFleet({
      scenario,
      devices,
      prefix,
      pictures: 0,
      rootFile: null,
      perSecond: 100,
      version: '0.1.0',
      admission: {
        kind: 'enrol',
        server: { url: this.#stage.server, ca: null },
        token: this.#token,
      },
      clock: { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) },
      random: Math.random,
      log: pino({ level: 'silent' }),
    });
    this.#fleets.push(fleet);
    await fleet.start();
  }

  async #take(step: Step): Promise<void> {
    if ('create' in step) return this.#create(step);
    if ('order' in step) return this.#order(step);
    if ('join' in step) {
      await this.#addFleet(`${this.#name}-late`, step.join);
      return;
    }
    if ('leave' in step) return this.#fleets.pop()?.close();
    if ('stays' in step) return this.#stays(step);
    await this.#comesAbout(step);
  }

  async #create({ create, as = 'main', refused }: Extract<Step, { create: object }>) {
    const { model, configuration, window, ...more } = create;
    const body = {
      name: `${this.#name} ${as}`,
      cargo: await this.#cargo(model, configuration),
      target: { sites: [this.#name] },
      champion: false,
      ...(window !== undefined && { window: windowOf(String(window)) }),
      ...more,
    };
    const answer = await post(this.#stage.controlPlane, '/api/rollouts', body);
    expectAnswer(answer, refused, `to make the rollout ${as}`);
    if (answer.ok) this.#rollouts.set(as, answer.body.rollout);
  }

  /** A model by its name, or settings, of which a configuration is made. */
  async #cargo(model: unknown = 'candidate', settings?: unknown): Promise<object> {
    const { controlPlane, models } = this.#stage;
    if (settings === undefined) {
      return { kind: 'model', task: TASK, slot: this.#name, model: models[String(model)] };
    }
    const made = await post(controlPlane, '/api/configurations', {
      configuration: this.#name,
      settings,
    });
    expectAnswer(made, undefined, 'to make a configuration');
    return { kind: 'configuration', version: made.body.newest.version };
  }

  async #order({ order, by, refused, of }: Extract<Step, { order: string }>) {
    const { controlPlane, secondToken } = this.#stage;
    const token = by === 'another' ? secondToken : null;
    const answer = await post(controlPlane, `${pathOf(this.#sight, of)}/${order}`, null, token);
    expectAnswer(answer, refused, `to ${order}`);
  }

  async #stays({ stays, forMillis, of }: Extract<Step, { stays: string }>) {
    for (const end = Date.now() + forMillis; Date.now() < end; await delay(LOOK_EVERY)) {
      const { state } = await get(this.#stage.controlPlane, pathOf(this.#sight, of));
      if (state !== stays) throw new Error(`Expected it to stay ${stays}, it is ${state}.`);
    }
  }

  /** Looks until it is so. */
  async #comesAbout(step: Step): Promise<void> {
    for (const end = Date.now() + PATIENCE; ; await delay(LOOK_EVERY)) {
      const { is, instead } = await look(this.#sight, step);
      if (is) return;
      if (Date.now() > end) {
        throw new Error(`Expected ${JSON.stringify(step)}, received ${JSON.stringify(instead)}.`);
      }
    }
  }

  get #sight(): Sight {
    const { controlPlane, models } = this.#stage;
    const rollout = (name = 'main') => {
      const id = this.#rollouts.get(name);
      if (id === undefined) throw new Error(`Expected a rollout ${name}, none was made.`);
      return id;
    };
    return { controlPlane, models, place: this.#name, rollout };
  }

  /** What was decided, for whoever has to find out why a play failed. */
  async #tell(): Promise<string> {
    const told: string[] = [];
    for (const [name] of this.#rollouts) {
      for (const decision of await decisionsOf(this.#sight, name)) {
        const { event, by, from, to, wave, reason, figures } = decision;
        const text = JSON.stringify(figures).slice(0, 1500);
        told.push(`${name}: ${event} by ${by}, ${from} → ${to}, wave ${wave}: ${reason} ${text}`);
      }
    }
    return told.join('\n');
  }
}

/** A daily window of twelve hours that is `open` now, or `closed` for the next five. */
function windowOf(name: string): object {
  const hour = new Date().getUTCHours() + (name === 'open' ? -6 : 6);
  const clock = (of: number) => `${String((of + 24) % 24).padStart(2, '0')}:00`;
  return { from: clock(hour), to: clock(hour + 12), timezone: 'UTC' };
}
