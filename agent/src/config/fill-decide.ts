import type { DecideConfig } from './config.ts';
import { durationOr } from './duration-or.ts';
import type { ConfigMistake } from './explain-config.ts';
import { frameInterval, longEnough } from './frame-interval.ts';
import type { ConfigFile } from './schema.ts';
import type { SourceConfig } from './source-config.ts';

type DecideFile = ConfigFile['cameras'][string]['decide'];

/** Defaults; those of times by how often the source shows a frame. */
export function fillDecide(decide: DecideFile, source: SourceConfig): DecideConfig {
  if (decide?.mode === 'frame') return { mode: 'frame' };
  const enter = decide?.enter ?? 0.7;
  const exit = decide?.exit ?? Math.min(0.5, enter);
  return {
    mode: 'occurrence',
    background: decide?.background ?? [],
    smoothing: durationOr(decide?.smoothing, 500),
    enter,
    exit,
    classes: Object.fromEntries(
      Object.entries(decide?.classes ?? {}).map(([name, own]) => [
        name,
        { enter: own.enter ?? enter, exit: own.exit ?? Math.min(exit, own.enter ?? enter) },
      ]),
    ),
    minFrames: decide?.minFrames ?? 3,
    updateInterval: durationOr(decide?.updateInterval, 5_000),
    maxGap: durationOr(decide?.maxGap, longEnough(source, 10_000)),
  };
}

/** What no schema can say. */
export function decideMistakes(
  path: string,
  file: DecideFile,
  source: SourceConfig,
): ConfigMistake[] {
  const decide = fillDecide(file, source);
  if (file?.mode !== 'occurrence' || file.maxGap === undefined) {
    return thresholdMistakes(path, decide);
  }
  return [...thresholdMistakes(path, decide), ...gapMistakes(path, decide, source)];
}

function thresholdMistakes(path: string, decide: DecideConfig): ConfigMistake[] {
  if (decide.mode === 'frame') return [];
  const all = [[path, decide] as const].concat(
    Object.entries(decide.classes).map(
      ([name, thresholds]) => [`${path}.classes.${name}`, { ...decide, ...thresholds }] as const,
    ),
  );
  return all
    .filter(([, { enter, exit }]) => exit > enter)
    .map(([at, { enter, exit }]) => ({
      path: at,
      message: `${at}.exit: expected at most enter (${enter}), received ${exit}.`,
    }));
}

/** Frames in a row that are always torn from one another would never open an occurrence. */
function gapMistakes(path: string, decide: DecideConfig, source: SourceConfig): ConfigMistake[] {
  if (decide.mode === 'frame' || decide.minFrames === 1 || source.pace === 'every') return [];
  if ('frameRate' in source && source.frameRate === null) return [];
  const interval = frameInterval(source);
  if (decide.maxGap > interval) return [];
  const message = `${path}.maxGap: expected more than the time between two frames of the source (${interval / 1000}s), since frames further apart tear an occurrence, received ${decide.maxGap / 1000}s. Remove it, or use minFrames: 1, with which each frame may open one.`;
  return [{ path: `${path}.maxGap`, message }];
}
