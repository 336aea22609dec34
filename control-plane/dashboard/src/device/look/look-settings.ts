import type { Look } from './drawing.ts';
import type { LookDraft } from './look-draft.ts';
import { motionSettings } from './motion-draft.ts';
import { isScheduleChanged, scheduleSettings } from './schedule-draft.ts';

export type Settings = Readonly<Record<string, unknown>>;

/**
 * Settings of a configuration with what was drawn and written in them, for one camera; all else
 * stays. Masks of agent.yaml are not among them: a device keeps them whatever it is told.
 * @param settings a JSON merge patch over agent.yaml, as it holds so far
 * @param before how it looked when one began to draw
 */
export function withLook(
  settings: Settings,
  camera: string,
  { drawing: { areas, gated }, motion: figures, schedule }: LookDraft,
  before: Look,
): Settings {
  const cameras = objectIn(settings, 'cameras');
  const own = objectIn(cameras, camera);
  const look = objectIn(own, 'look');
  const of = (kind: string) =>
    areas.filter((area) => area.kind === kind && !area.fixed).map(({ corners }) => corners);
  const [region = null] = of('region');
  const motion = gated
    ? { ...objectIn(look, 'motion'), ...motionSettings(figures, before), masks: of('motion') }
    : 'off';
  const changed = {
    ...look,
    // Null takes away what agent.yaml says.
    ...((region || before.region || 'region' in look) && { region }),
    masks: of('mask'),
    ...((gated || before.motion || 'motion' in look) && { motion }),
    ...(isScheduleChanged(schedule, before) && {
      schedule: scheduleSettings(schedule, before, objectIn(look, 'schedule')),
    }),
  };
  return { ...settings, cameras: { ...cameras, [camera]: { ...own, look: changed } } };
}

/** What an object holds under a key; empty, where that is no object. */
export function objectIn(settings: Settings, key: string): Settings {
  const value = settings[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Settings)
    : {};
}
