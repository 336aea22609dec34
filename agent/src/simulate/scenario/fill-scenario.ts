import { createHash } from 'node:crypto';
import { parseDuration, type Sha256, type SlotId } from '@edgeloop/protocol';
import { durationOr } from '../../config/duration-or.ts';
import { findModel } from './find-model.ts';
import type { Behaviour, Does, Dusk, Mix, Scenario, Scene } from './scenario.ts';
import type { DoesFile, ScenarioFile } from './scenario-schema.ts';

export const DEFAULT_MIX: Mix = { good: 8, scratched: 1, dented: 1 };

/** What devices run that no scenario gave a model: in no registry. */
const UNKNOWN_MODEL = createHash('sha256')
  .update('edgeloop-agent simulate')
  .digest('hex') as Sha256;

type BehaviourFile = NonNullable<ScenarioFile['behaviours']>[number];
type Models = Readonly<Record<string, Sha256>>;

/** Defaults and units. `file` fits the schema and agrees with itself. */
export function fillScenario(file: ScenarioFile): Scenario {
  const { models = {}, runs, health, model, update } = file;
  return {
    seed: file.seed ?? 1,
    slot: file.slot ?? ('main' as SlotId),
    runs: runs === undefined ? UNKNOWN_MODEL : findModel(models, runs),
    health: { interval: durationOr(health?.interval, 10_000), frames: health?.frames ?? 50 },
    scene: fillScene(file.scene),
    model: {
      confidence: model?.confidence ?? { mean: 0.85, deviation: 0.08 },
      inference: {
        median: durationOr(model?.inference?.median, 20),
        spread: model?.inference?.spread ?? 0.2,
      },
      agreement: model?.agreement ?? 0.97,
    },
    update: {
      downloads: update?.downloads ?? 'real',
      probation: durationOr(update?.probation, 60_000),
    },
    attributes: file.attributes ?? {},
    behaviours: (file.behaviours ?? []).map((behaviour) => fillBehaviour(behaviour, models)),
  };
}

function fillScene(scene: ScenarioFile['scene']): Scene {
  const mix = scene?.mix ?? DEFAULT_MIX;
  return { mix, spread: scene?.spread ?? 0.1, dusk: fillDusk(scene?.dusk, mix) };
}

function fillDusk(dusk: NonNullable<ScenarioFile['scene']>['dusk'], mix: Mix): Dusk | null {
  if (!dusk) return null;
  return {
    after: parseDuration(dusk.after),
    over: durationOr(dusk.over, 0),
    mix: dusk.mix ?? mix,
    confidence: dusk.confidence ?? 0,
  };
}

function fillBehaviour({ devices, when, does }: BehaviourFile, models: Models): Behaviour {
  return {
    devices: devices ?? null,
    when: {
      runs: when?.runs === undefined ? null : findModel(models, when.runs),
      after: durationOr(when?.after, 0),
      for: when?.for === undefined ? null : parseDuration(when.for),
    },
    does: fillDoes(does),
  };
}

function fillDoes({ flaps, crashes, swap, ...does }: DoesFile): Does {
  return {
    ...does,
    ...(swap && { swap: [swap[0] as string, swap[1] as string] as const }),
    ...(flaps && { flaps: { up: parseDuration(flaps.up), down: parseDuration(flaps.down) } }),
    ...(crashes && { crashes: { every: parseDuration(crashes.every) } }),
  };
}
