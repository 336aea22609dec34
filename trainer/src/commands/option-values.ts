import { TrainerError } from '../errors.ts';

/** @throws TrainerError `OPTION_INVALID` */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw invalid('a number', text);
}

/** @throws TrainerError `OPTION_INVALID` */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw invalid('a whole number above 0', text);
}

/** 0: any free one. @throws TrainerError `OPTION_INVALID` */
export function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw invalid('a port from 0 to 65535', text);
}

/** @throws TrainerError `OPTION_INVALID` */
export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw invalid('a number of seconds from 0', text);
}

const [LEAST_PAUSE, MOST_PAUSE] = [0.1, 86_400];

/**
 * Seconds between two of something: without a pause it would take all of a core, and a timer that
 * is set further than 25 days goes off at once. @throws TrainerError `OPTION_INVALID`
 */
export function pause(text: string): number {
  const value = Number(text);
  if (value >= LEAST_PAUSE && value <= MOST_PAUSE) return value;
  throw invalid(`a number of seconds from ${LEAST_PAUSE} to ${MOST_PAUSE}`, text);
}

/** `0.6,1`. @throws TrainerError `OPTION_INVALID` */
export function range(text: string): [number, number] {
  const [least, most, ...rest] = text.split(',').map(number);
  if (least !== undefined && most !== undefined && rest.length === 0) return [least, most];
  throw invalid('two numbers as 0.6,1', text);
}

/** `none`, `balanced`, or `1,2.5,1`. @throws TrainerError `OPTION_INVALID` */
export function classWeightValues(text: string): 'none' | 'balanced' | number[] {
  return text === 'none' || text === 'balanced' ? text : text.split(',').map(number);
}

/** `0.485,0.456,0.406`. @throws TrainerError `OPTION_INVALID` */
export function rgb(text: string): [number, number, number] {
  const [r, g, b, ...rest] = text.split(',').map(number);
  if (r !== undefined && g !== undefined && b !== undefined && rest.length === 0) return [r, g, b];
  throw invalid('three numbers, for red, green and blue, as 0.485,0.456,0.406', text);
}

/** `0.229,0.224,0.225`: what pixels are divided by. @throws TrainerError `OPTION_INVALID` */
export function deviations(text: string): [number, number, number] {
  const all = rgb(text);
  if (all.every((deviation) => deviation > 0)) return all;
  throw invalid('three numbers above 0, as 0.229,0.224,0.225', text);
}

function invalid(expected: string, received: string): TrainerError {
  return new TrainerError(
    'OPTION_INVALID',
    `Expected ${expected}, received ${JSON.stringify(received)}.`,
  );
}
