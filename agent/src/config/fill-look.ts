import {
  DAYS,
  MOTION_DEFAULTS,
  type Polygon,
  parseDuration,
  polygonMistake,
  rarityMistake,
  timeMistake,
  timeZoneMistake,
} from '@edgeloop/protocol';
import type { Schedule } from '../look/schedule/is-open.ts';
import type { DecideConfig } from './config.ts';
import type { ConfigMistake } from './explain-config.ts';
import type { LookConfig, MotionConfig } from './look-config.ts';
import type { AreaFile, LookFile } from './look-schema.ts';
import { maxGapOf } from './max-gap-of.ts';

/** What no schema can say. */
export function lookMistakes(
  path: string,
  look: LookFile | undefined,
  decide: DecideConfig,
): ConfigMistake[] {
  if (!look) return [];
  const motion = look.motion === 'off' ? undefined : look.motion;
  const areas = [
    ...(look.region ? [[`${path}.region`, look.region] as const] : []),
    ...(look.masks ?? []).map((mask, i) => [`${path}.masks[${i}]`, mask] as const),
    ...(motion?.masks ?? []).map((mask, i) => [`${path}.motion.masks[${i}]`, mask] as const),
  ];
  return [
    ...areas.flatMap(([at, area]) => areaMistakes(at, area)),
    ...motionMistakes(`${path}.motion`, fillMotion(look), decide),
    ...scheduleMistakes(`${path}.schedule`, look.schedule),
  ];
}

export function fillLook(look: LookFile = {}): LookConfig {
  const masks = (look.masks ?? []).map(fillArea);
  return {
    region: look.region ? fillArea(look.region) : null,
    masks,
    ownMasks: masks.length,
    motion: fillMotion(look),
    schedule: fillSchedule(look.schedule),
  };
}

function areaMistakes(path: string, area: AreaFile): ConfigMistake[] {
  if (!Array.isArray(area) && (area.x + area.width > 1 || area.y + area.height > 1)) {
    const message = `${path}: expected a rectangle within the picture (x + width and y + height at most 1), received ${JSON.stringify(area)}.`;
    return [{ path, message }];
  }
  const mistake = polygonMistake(fillArea(area));
  if (mistake === null) return [];
  return [{ path, message: `${path}: expected ${mistake}, received ${JSON.stringify(area)}.` }];
}

function motionMistakes(
  path: string,
  motion: MotionConfig | null,
  decide: DecideConfig,
): ConfigMistake[] {
  if (!motion) return [];
  const mistake = rarityMistake(motion.atLeastEvery, maxGapOf(decide));
  if (mistake === null) return [];
  return [mistakeAt(`${path}.atLeastEvery`, mistake)];
}

function scheduleMistakes(path: string, schedule: LookFile['schedule']): ConfigMistake[] {
  if (!schedule || schedule === 'always') return [];
  const { timeZone, times } = schedule;
  const found = times.flatMap((time, i) => {
    const wrong = timeMistake(time);
    if (!wrong) return [];
    const at = `${path}.times[${i}]`;
    return [mistakeAt(wrong.of ? `${at}.${wrong.of}` : at, wrong.mistake)];
  });
  const mistake = timeZone === undefined ? null : timeZoneMistake(timeZone);
  return mistake === null ? found : [...found, mistakeAt(`${path}.timeZone`, mistake)];
}

const mistakeAt = (path: string, mistake: string): ConfigMistake => ({
  path,
  message: `${path}: expected ${mistake}`,
});

function fillArea(area: AreaFile): Polygon {
  if (Array.isArray(area)) return area;
  const { x, y, width, height } = area;
  const [right, bottom] = [Math.min(1, x + width), Math.min(1, y + height)];
  return [
    [x, y],
    [right, y],
    [right, bottom],
    [x, bottom],
  ];
}

function fillMotion({ motion }: LookFile): MotionConfig | null {
  if (motion === undefined || motion === 'off') return null;
  const { hold, atLeastEvery, masks = [] } = motion;
  const { threshold, area } = { ...MOTION_DEFAULTS, ...motion };
  return {
    threshold,
    area: area / 100,
    hold: hold === undefined ? MOTION_DEFAULTS.hold : parseDuration(hold),
    atLeastEvery:
      atLeastEvery === undefined ? MOTION_DEFAULTS.atLeastEvery : parseDuration(atLeastEvery),
    masks: masks.map(fillArea),
  };
}

function fillSchedule(schedule: LookFile['schedule']): Schedule | null {
  if (!schedule || schedule === 'always') return null;
  return {
    timeZone: schedule.timeZone ?? null,
    times: schedule.times.map(({ days = [...DAYS], from, to }) => ({ days, from, to })),
  };
}
