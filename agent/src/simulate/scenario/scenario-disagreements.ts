import { didYouMean } from '@edgeloop/protocol';
import type { ConfigMistake } from '../../config/explain-config.ts';
import { DEFAULT_MIX } from './fill-scenario.ts';
import { isDigest } from './find-model.ts';
import type { Mix } from './scenario.ts';
import type { ScenarioFile } from './scenario-schema.ts';

/** What no schema can say: models and classes that are spoken of and are not there. */
export function findScenarioDisagreements(file: ScenarioFile): ConfigMistake[] {
  const mix = file.scene?.mix ?? DEFAULT_MIX;
  const dusk = file.scene?.dusk?.mix;
  return [
    ...modelMistakes('runs', file.runs, file),
    ...mixMistakes('scene.mix', mix),
    ...(dusk ? mixMistakes('scene.dusk.mix', dusk) : []),
    ...classMistakes('scene.dusk.mix', Object.keys(dusk ?? {}), mix),
    ...(file.behaviours ?? []).flatMap(({ when, does }, i) => [
      ...modelMistakes(`behaviours[${i}].when.runs`, when?.runs, file),
      ...classMistakes(`behaviours[${i}].does.swap`, does.swap ?? [], mix),
    ]),
  ];
}

function modelMistakes(
  path: string,
  name: string | undefined,
  { models = {} }: ScenarioFile,
): ConfigMistake[] {
  if (name === undefined || Object.hasOwn(models, name) || isDigest(name)) return [];
  const known = Object.keys(models);
  const message = `${path}: expected a digest, or one of models (${known.join(', ') || 'none'}), received "${name}".${didYouMean(name, known)} Name it in models, or with --model ${name}=<digest>.`;
  return [{ path, message }];
}

function classMistakes(path: string, classes: readonly string[], mix: Mix): ConfigMistake[] {
  const known = Object.keys(mix);
  return classes
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path,
      message: `${path}: expected classes of scene.mix (${known.join(', ')}), received "${name}".${didYouMean(name, known)}`,
    }));
}

function mixMistakes(path: string, mix: Mix): ConfigMistake[] {
  if (Object.values(mix).some((weight) => weight > 0)) return [];
  return [{ path, message: `${path}: expected a class that weighs more than 0, received none.` }];
}
