import type { EpochMillis } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { binomialTail } from '../../statistics/binomial-tail.ts';
import type { RestartsGate } from './gate-settings.ts';
import { failed, type Judgement, passed, undecided } from './judgement.ts';
import type { DeviceFigures, WaveFigures } from './wave-figures.ts';

/** One device that starts over and over counts as so many restarts: it is one fault, not thirty. */
const MOST_OF_ONE = 10;
const HOUR = 3_600_000;

/**
 * Starts of the agent and of model processes in a device hour, against other devices in the same
 * hours. Both are counts of rare events: given their sum, those of the wave follow a binomial
 * distribution with the wave's part of the device hours, when the model changes nothing. It fails
 * as soon as that is improbable; since one looks often, `alpha` should be small. Without other
 * devices the rate alone is judged. A device of the wave counts from when it took the new model:
 * the hours of a long download are not the model's. Source: Przyborowski, Wilenski, "Homogeneity of
 * results in testing samples from Poisson series", Biometrika 31, 1940.
 */
export function judgeRestarts(
  { limit, alpha, minimum }: RestartsGate,
  { wave, control, window }: WaveFigures,
): Judgement {
  const [own, others] = [restartsOf(wave, window.to), restartsOf(control, window.to)];
  const share = own.hours / (own.hours + others.hours);
  const all = own.restarts + others.restarts;
  const p = others.hours > 0 ? binomialTail(own.restarts, all, share) : null;
  const excess = own.rate - others.rate;
  const figures = {
    devices: own.devices,
    restarts: own.restarts,
    deviceHours: own.hours,
    controlDevices: others.devices,
    controlRestarts: others.restarts,
    controlDeviceHours: others.hours,
    p,
  };
  if (own.devices < minimum.devices || !(own.hours > 0)) {
    const reason = `Expected a word from ${counted(minimum.devices, 'device')} in the window, received one from ${own.devices}.`;
    return undecided(reason, figures);
  }
  const reason = `${counted(own.restarts, 'restart')} in ${own.hours.toFixed(1)} device hours, on other devices ${others.restarts} in ${others.hours.toFixed(1)}: ${excess.toFixed(2)} an hour more, expected at most ${limit}.`;
  const many = own.restarts >= minimum.restarts && !(excess <= limit);
  if (!many) return passed(reason, figures);
  if (p === null) return failed(`${reason} There are no others to compare with.`, figures);
  if (p < alpha) {
    return failed(`${reason} By chance that comes with probability ${p.toPrecision(1)}.`, figures);
  }
  const chance = `That may be chance (probability ${p.toFixed(3)}).`;
  return passed(`${reason} ${chance}`, figures);
}

function restartsOf(all: readonly DeviceFigures[], to: EpochMillis) {
  const heard = all.filter(({ hours, boots }) => hours > 0 || boots > 0);
  const restarts = heard.reduce(
    (sum, { boots, processRestarts }) => sum + Math.min(MOST_OF_ONE, boots + processRestarts),
    0,
  );
  // Not the hours that it was up: one that crashes soon is up for none.
  const hours = heard.reduce((sum, { since }) => sum + (to - since), 0) / HOUR;
  return { devices: heard.length, restarts, hours, rate: hours > 0 ? restarts / hours : 0 };
}
