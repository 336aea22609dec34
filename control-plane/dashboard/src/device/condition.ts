import type { DeviceView } from '../../../src/resources/device.ts';
import { duration } from '../ui/format.ts';
import type { Attention } from './attention-line.ts';

type Health = NonNullable<DeviceView['health']>;
type Fault = NonNullable<Health['cameras'][string]['fault']>;

/** It may be night, and a picture of another size is classified. */
const DOUBTFUL: ReadonlySet<Fault['kind']> = new Set(['black', 'size']);

const FAULTS: Readonly<Record<Fault['kind'], string>> = {
  absent: 'is not there',
  failed: 'failed',
  silent: 'gives no pictures',
  frozen: 'shows the same picture again and again',
  black: 'shows nothing but black',
  size: 'gives pictures of another size',
};

/**
 * What is wrong with the cameras of a device and with the machine, by its last word.
 * @param now of the control plane, ms
 */
export function conditionOf(health: Health, now: number): readonly Attention[] {
  const cameras = Object.entries(health.cameras).flatMap(([camera, { fault }]) =>
    fault ? [faultWords(camera, fault, now)] : [],
  );
  return [...cameras, ...machineWords(health)];
}

function faultWords(camera: string, { kind, since, message }: Fault, now: number): Attention {
  const time = duration(Math.max(0, now - Date.parse(since)));
  const text = `Camera ${camera} ${FAULTS[kind]}, for ${time}: ${message}`;
  return { kind: DOUBTFUL.has(kind) ? 'warn' : 'bad', text };
}

function machineWords({ throttled, throttling, clockSynchronized }: Health): Attention[] {
  const found: Attention[] = [];
  const warn = (text: string) => found.push({ kind: 'warn', text });
  if (throttling?.underVoltage) {
    warn('It has too little voltage, and slows itself down. Look at its supply, and the cable.');
  } else if (throttling && throttled) {
    warn('It is hot, and slows itself down. Look at its fan, and whether air gets there.');
  } else if (throttled) {
    warn('It slows itself down: too hot, or too little voltage. Look at its fan and its supply.');
  }
  if (clockSynchronized === false) {
    warn('Its clock is not set: the times that it tells may be wrong. Can it reach a time server?');
  }
  return found;
}

/** How its supply is, now and since it booted, in a few words. Null: it does not say. */
export function powerWords({ throttling }: Health): string | null {
  if (!throttling) return null;
  const { sinceBoot } = throttling;
  if (throttling.underVoltage) return 'too little voltage, now';
  if (throttling.throttled || throttling.frequencyCapped) return 'slowed down, now';
  if (sinceBoot.underVoltage) return 'enough voltage, but not always since it booted';
  if (sinceBoot.throttled) return 'well now; slowed down since it booted';
  return 'well since it booted';
}

export const clockWords = ({ clockSynchronized }: Health): string | null =>
  clockSynchronized === undefined ? null : clockSynchronized ? 'set by the network' : 'not set';
