import t from 'tap';
import type { AgreementFigures } from '../../../../control-plane/src/rollouts/gates/wave-figures.ts';
import { device, figures, many, model } from '../stand/figures.ts';
import { gateOf, testGates } from '../stand/gate-cases.ts';

const agreeing = (compared: number, agreed: number): AgreementFigures => ({
  compared,
  agreed,
  byClass: { good: { compared, agreed } },
});
const split = (common: [number, number], rare: [number, number]): AgreementFigures => ({
  compared: common[0] + rare[0],
  agreed: common[1] + rare[1],
  byClass: {
    good: { compared: common[0], agreed: common[1] },
    bent: { compared: rare[0], agreed: rare[1] },
  },
});
const surer = (bucket: number) => ({ after: model({ empty: 800, good: 200 }, { bucket }) });

const confidence = gateOf('confidence');
const mix = gateOf('class-mix');
const shadow = gateOf('shadow-agreement');

testGates(t, [
  ['nobody to compare with', confidence, figures({ wave: many(2) }), ['undecided', 'failed']],
  [
    'as sure as before',
    confidence,
    figures({ wave: many(1), control: many(12) }),
    ['passed', 'passed'],
  ],
  [
    'much less sure',
    confidence,
    figures({ wave: [device(surer(5))], control: many(12) }),
    ['undecided', 'failed'],
  ],
  [
    'less sure as all others: dusk',
    confidence,
    figures({ wave: [device(surer(5))], control: many(12, () => surer(5)) }),
    ['passed', 'passed'],
  ],
  [
    'less sure, as some untouched are',
    confidence,
    figures({ wave: [device(surer(6))], control: many(20, (i) => surer(i % 4 === 0 ? 5 : 8)) }),
    ['passed', 'passed'],
  ],
  [
    'less sure, and too few untouched to say whether that is much',
    confidence,
    figures({ wave: [device(surer(5))], control: many(2, (i) => surer(i === 0 ? 5 : 8)) }),
    ['undecided', 'failed'],
  ],
  [
    'surer, when only a fall counts',
    confidence,
    figures({ wave: [device(surer(9))], control: many(12, () => surer(7)) }),
    ['passed', 'passed'],
  ],
  [
    'surer, when either counts',
    gateOf('confidence', { direction: 'either' }),
    figures({ wave: [device(surer(9))], control: many(12, () => surer(7)) }),
    ['undecided', 'failed'],
  ],

  ['nobody to compare with', mix, figures({ wave: many(2) }), ['undecided', 'failed']],
  [
    'the mix before is not known',
    mix,
    figures({ wave: [device({ before: model({ empty: 9 }) })], control: many(12) }),
    ['undecided', 'failed'],
  ],
  [
    'the mix is as it was',
    mix,
    figures({ wave: many(1), control: many(12) }),
    ['passed', 'passed'],
  ],
  [
    'good is called bent',
    mix,
    figures({
      wave: [device({ after: model({ empty: 800, bent: 200 }) })],
      control: many(12),
    }),
    ['undecided', 'failed'],
  ],
  [
    'the same, by Jensen and Shannon',
    gateOf('class-mix', { measure: 'jensen-shannon', limit: 0.05 }),
    figures({
      wave: [device({ after: model({ empty: 800, bent: 200 }) })],
      control: many(12),
    }),
    ['undecided', 'failed'],
  ],
  [
    'the mix is another on all devices: dusk',
    mix,
    figures({
      wave: [device({ after: model({ empty: 200, good: 800 }) })],
      control: many(12, () => ({ after: model({ empty: 200, good: 800 }) })),
    }),
    ['passed', 'passed'],
  ],
  [
    'a mix that some untouched devices have as well',
    mix,
    figures({
      wave: [device({ after: model({ empty: 400, good: 600 }) })],
      control: many(30, (i) => (i < 3 ? { after: model({ empty: 300, good: 700 }) } : {})),
    }),
    ['passed', 'passed'],
  ],

  ['no shadow', shadow, figures({ wave: many(2) }), ['undecided', 'failed']],
  [
    'it agrees',
    shadow,
    figures({ wave: many(2, () => ({ shadow: agreeing(1000, 980) })) }),
    ['passed', 'passed'],
  ],
  [
    'it agrees too seldom',
    shadow,
    figures({ wave: many(2, () => ({ shadow: agreeing(1000, 800) })) }),
    ['undecided', 'failed'],
  ],
  [
    'it agrees on nearly all, and never on a rare class',
    shadow,
    figures({ wave: many(2, () => ({ shadow: split([950, 940], [50, 2]) })) }),
    ['undecided', 'failed'],
  ],
  [
    'enough frames, but devices are of two minds: the sample is smaller than it looks',
    gateOf('shadow-agreement', { limit: 0.9 }),
    figures({ wave: many(4, (i) => ({ shadow: agreeing(1000, i === 0 ? 750 : 1000) })) }),
    ['undecided', 'failed'],
  ],
]);
