import { DAYS, type Polygon, parseDuration, polygonMistake, seconds } from '@edgeloop/protocol';
import { isTimeZone, minuteOf, type Schedule } from '../look/schedule/is-open.ts';
import type { DecideConfig } from './config.ts';
import type { ConfigMistake } from './explain-config.ts';
import type { LookConfig, MotionConfig } from './look-config.ts';
import type { AreaFile, LookFile } from './look-schema.ts';

/** Of 255. The mean of 8 × 8 pixels has an eighth of a sensor's noise, 1 or 2 in the dark: below 16 are soft shadows and flicker. */
const THRESHOLD = 16;
/** Per cent. Of 640 × 480 it is what 40 × 40 pixels cover; a model of 224 sees 19 × 19 of those. */
const AREA = 0.5;
/** What stops for a moment is still there, and labels need some frames after it has gone. */
const HOLD = seconds(5);
/** Half of what tears an occurrence (`decide.maxGap`); of 10 frames a second one in fifty. */
const AT_LEAST_EVERY = seconds(5);

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
  if (!motion || decide.mode === 'frame' || motion.atLeastEvery < decide.maxGap) return [];
  const message = `${path}.atLeastEvery: expected less than decide.maxGap (${decide.maxGap / 1000}s), since frames further apart tear an occurrence, received ${motion.atLeastEvery / 1000}s.`;
  return [{ path: `${path}.atLeastEvery`, message }];
}

function scheduleMistakes(path: string, schedule: LookFile['schedule']): ConfigMistake[] {
  if (!schedule || schedule === 'always') return [];
  const { timeZone, times } = schedule;
  const found: ConfigMistake[] = times.flatMap(({ from, to }, i) => {
    const at = `${path}.times[${i}]`;
    if (from === '24:00') {
      return [{ path: at, message: `${at}.from: expected a time before 24:00, received 24:00.` }];
    }
    const message = `${at}: expected a time with a length, received ${from} to ${to}. For all day write 00:00 to 24:00.`;
    return minuteOf(from) === minuteOf(to) ? [{ path: at, message }] : [];
  });
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const message = `${path}.timeZone: expected an IANA time zone such as Europe/Vienna, received "${timeZone}".`;
    found.push({ path: `${path}.timeZone`, message });
  }
  return found;
}

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
  const { threshold = THRESHOLD, area = AREA, hold, atLeastEvery, masks = [] } = motion;
  return {
    threshold,
    area: area / 100,
    hold: hold === undefined ? HOLD : parseDuration(hold),
    atLeastEvery: atLeastEvery === undefined ? AT_LEAST_EVERY : parseDuration(atLeastEvery),
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
