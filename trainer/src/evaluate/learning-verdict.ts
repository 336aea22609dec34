import type { Estimate, LearningCurve } from './learning-curve.ts';

/** Gains below round to nothing. */
const LEAST_SHOWN = 0.0005;

/** "Have I labelled enough?", in a sentence. Points are of accuracy, in hundredths. */
export function learningVerdict({
  doubled,
  more,
  verdict,
  testPictures,
  scatter,
}: LearningCurve): string {
  if (!doubled || !more) {
    return 'Too few pictures to tell: a curve needs trainings on at least three different numbers of them.';
  }
  switch (verdict) {
    case 'more helps':
      return more.pictures === 0 || more.gain.likely < LEAST_SHOWN
        ? `Twice as many pictures would gain about ${range(doubled.gain)}.`
        : `${more.pictures} more pictures would gain about ${points(more.gain.likely)}, twice as many about ${range(doubled.gain)}.`;
    case 'enough':
      return `More pictures of these classes would hardly help: twice as many would gain about ${range(doubled.gain)}.`;
    case 'too few to tell':
      return `Too few pictures to tell: twice as many ${doubled.gain.high < LEAST_SHOWN ? 'show no gain' : `might gain ${span(doubled.gain)}`}, but trainings on equally many differ by ${points(scatter)}, and one of the ${testPictures} test pictures alone is ${points(1 / Math.max(1, testPictures))}.`;
  }
}

const range = (gain: Estimate) => `${points(gain.likely)} (${span(gain)})`;

const span = ({ low, high }: Estimate) => `${figure(low)} to ${points(high)}`;

const points = (gain: number) => `${figure(gain)} ${figure(gain) === '1' ? 'point' : 'points'}`;

/** 0.0234 → 2.3: tenths of a point at most. */
const figure = (gain: number) => String(Number((100 * gain).toFixed(1)));
