import type { RolloutRequest } from '../../../../src/resources/rollout.ts';
import { withUnit } from '../../ui/format.ts';
import { expected, isMeant } from '../../ui/number-text.ts';
import type { Draft, WaveDraft } from './draft.ts';
import { GATE_FIELDS, readField, ruleOf } from './gate-fields.ts';

/** What can't be meant yet, by field: `model`, `waves.1.size`, `waves.0.gates`. */
type Mistakes = Readonly<Record<string, string>>;

export type Checked =
  | { readonly request: RolloutRequest; readonly mistakes: Mistakes }
  | { readonly request: null; readonly mistakes: Mistakes };

const MINUTE = 60_000;
const LONGEST = 90 * 24 * 60;

/**
 * The request that a draft means, or in words why it means none.
 * @param now for times that have passed
 */
export function checkDraft(draft: Draft, now: number): Checked {
  const mistakes = {
    ...checkCargo(draft),
    ...checkAttributes(draft),
    ...checkTimes(draft, now),
    ...checkNumbers(draft),
    ...checkWaves(draft.waves),
  };
  if (Object.keys(mistakes).length > 0) return { request: null, mistakes };
  return { request: requestOf(draft), mistakes };
}

function checkCargo({ kind, task, slot, model, version }: Draft): Mistakes {
  if (kind === 'configuration') {
    return version === '' ? { version: 'Choose the version that goes out.' } : {};
  }
  return {
    ...(task === '' && { task: 'Choose the task whose model goes out.' }),
    ...(task !== '' && model === '' && { model: 'Choose the model that goes out.' }),
    ...(!/^[a-z0-9-]+$/.test(slot) && {
      slot: `Expected lower case, digits and dashes, received ${slot === '' ? 'nothing' : slot}.`,
    }),
  };
}

function checkAttributes({ attributes }: Draft): Mistakes {
  const wrong = listOf(attributes).find((one) => !/^[^=]+=.+$/.test(one));
  if (wrong === undefined) return {};
  return { attributes: `Expected name=value, received ${wrong}.` };
}

function checkTimes(draft: Draft, now: number): Mistakes {
  const { start, startAt, window, windowFrom, windowTo } = draft;
  return {
    ...(start === 'at' &&
      !(Date.parse(startAt) > now) && { startAt: 'Expected a time that is to come.' }),
    ...(window &&
      windowFrom === windowTo && {
        windowTo: 'Expected another time than its begin. Take the window out to begin at any time.',
      }),
    ...(window &&
      (windowFrom === '' || windowTo === '') && { windowTo: 'Expected two times of the day.' }),
  };
}

function checkNumbers(draft: Draft): Mistakes {
  const { atOnce, priority, shadow, shadowEvery, shadowMinutes } = draft;
  return {
    ...(atOnce !== '' && !isWhole(atOnce, 1, 1e6) && { atOnce: 'Expected a number from 1 on.' }),
    ...(!isWhole(priority, -100, 100) && { priority: 'Expected a number from -100 to 100.' }),
    ...(shadow &&
      !isWhole(shadowEvery, 1, 100_000) && { shadowEvery: 'Expected a number from 1 on.' }),
    ...(shadow &&
      !isMinutes(shadowMinutes) && { shadowMinutes: 'Expected minutes, at most 90 days.' }),
  };
}

function checkWaves(waves: readonly WaveDraft[]): Mistakes {
  const mistakes: Record<string, string> = {};
  let before = 0;
  for (const [i, wave] of waves.entries()) {
    const size = checkSize(wave, before);
    if (size) mistakes[`waves.${i}.size`] = size;
    if (wave.by === 'percent') before = Number(wave.size);
    if (!isMinutes(wave.bakeMinutes))
      mistakes[`waves.${i}.bakeMinutes`] = 'Expected minutes, at most 90 days.';
    if (!isMinutes(wave.deadlineMinutes))
      mistakes[`waves.${i}.deadlineMinutes`] = 'Expected minutes, at most 90 days.';
    const gates = checkGates(wave);
    if (gates) mistakes[`waves.${i}.gates`] = gates;
  }
  return mistakes;
}

function checkSize({ by, size }: WaveDraft, before: number): string | null {
  if (by === 'tags') return listOf(size).length > 0 ? null : 'Expected a tag.';
  if (by === 'count') return isWhole(size, 1, 1e6) ? null : 'Expected a number of devices.';
  const share = Number(size);
  if (size.trim() === '' || !(share > 0 && share <= 100)) return 'Expected a percentage up to 100.';
  return share > before
    ? null
    : `Expected more than ${withUnit(before, '%')}: a share is of the whole target, with the waves before.`;
}

function checkGates({ gates }: WaveDraft): string | null {
  if (gates === null) return null;
  if (gates.length === 0) return 'Expected a gate at least: without any, nobody would judge it.';
  const wrong = gates.flatMap((gate) =>
    GATE_FIELDS[gate.kind].filter((field) => !isMeant(readField(gate, field), ruleOf(field))),
  )[0];
  return wrong ? `Expected ${expected(ruleOf(wrong))} for “${wrong.label}”.` : null;
}

function requestOf(draft: Draft): RolloutRequest {
  const { name, kind, start, startAt, window, offline, atOnce, approval, priority } = draft;
  const shadow = draft.shadow && kind === 'model';
  const request = {
    ...(name.trim() !== '' && { name: name.trim() }),
    cargo:
      kind === 'model'
        ? { kind, task: draft.task, slot: draft.slot, model: draft.model }
        : { kind, version: Number(draft.version) },
    target: targetOf(draft),
    start: start === 'at' ? new Date(startAt).toISOString() : start,
    offline,
    approval,
    priority: Number(priority),
    ...(kind === 'model' && { champion: draft.champion }),
    waves: draft.waves.map((wave) => ({
      size: sizeOf(wave),
      bakeMillis: Math.round(Number(wave.bakeMinutes) * MINUTE),
      deadlineMillis: Math.round(Number(wave.deadlineMinutes) * MINUTE),
      ...(wave.gates && { gates: wave.gates }),
    })),
    ...(window && {
      window: { from: draft.windowFrom, to: draft.windowTo, timezone: draft.timezone },
    }),
    ...(atOnce !== '' && { atOnce: Number(atOnce) }),
    ...(shadow && {
      shadow: {
        devices: 'first wave',
        every: Number(draft.shadowEvery),
        forMillis: Math.round(Number(draft.shadowMinutes) * MINUTE),
      },
    }),
  };
  // Ids are texts that were checked; what is no id all the same is refused with the preview.
  return request as unknown as RolloutRequest;
}

function targetOf({ sites, tags, attributes, devices }: Draft) {
  const pairs = listOf(attributes).map((one) => {
    const at = one.indexOf('=');
    return [one.slice(0, at).trim(), one.slice(at + 1).trim()];
  });
  return {
    ...(listOf(sites).length > 0 && { sites: listOf(sites) }),
    ...(listOf(tags).length > 0 && { tags: listOf(tags) }),
    ...(listOf(devices).length > 0 && { devices: listOf(devices) }),
    ...(pairs.length > 0 && { attributes: Object.fromEntries(pairs) }),
  };
}

function sizeOf({ by, size }: WaveDraft) {
  if (by === 'tags') return { filter: { tags: listOf(size) } };
  return by === 'count' ? { count: Number(size) } : { percent: Number(size) };
}

/** Each once, in order: what stands between commas or spaces. */
export const listOf = (text: string): string[] => [
  ...new Set(text.split(/[\s,]+/).filter((part) => part !== '')),
];

function isWhole(text: string, least: number, most: number): boolean {
  const value = Number(text);
  return text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most;
}

const isMinutes = (text: string) =>
  text.trim() !== '' && Number(text) >= 0 && Number(text) <= LONGEST;
