import t from 'tap';
import {
  draftOf,
  settingsOf,
} from '../../../control-plane/dashboard/src/setup/retention/bound-draft.ts';
import { removalOf } from '../../../control-plane/dashboard/src/setup/retention/removal.ts';

const DAY = 86_400_000;
const GIB = 2 ** 30;
const NONE = {
  detectionAge: null,
  databaseBytes: null,
  sampleAge: null,
  sampleBytes: null,
  pictureAge: null,
  pictureBytes: null,
};
const defaults = { ...NONE, pictureAge: 30 * DAY, pictureBytes: 2 * GIB };
const viewOf = (settings: Partial<Record<keyof typeof NONE, number | null>>) => ({
  settings,
  bounds: { ...defaults, ...settings },
  defaults,
});

t.test('fields show days and GiB', async (t) => {
  const { bounds } = viewOf({ detectionAge: 1.5 * DAY, sampleBytes: 100 * 2 ** 20 });
  t.same(draftOf(bounds), {
    detectionAge: 1.5,
    databaseBytes: null,
    sampleAge: null,
    sampleBytes: 0.0977,
    pictureAge: 30,
    pictureBytes: 2,
  });
});

t.test('what is set is what a person changed', async (t) => {
  for (const [what, settings, typed, expected] of [
    ['nobody touched it', {}, {}, {}],
    ['a bound', {}, { detectionAge: 90 }, { detectionAge: 90 * DAY }],
    ['of a fraction', {}, { databaseBytes: 0.0625 }, { databaseBytes: 64 * 2 ** 20 }],
    ['no bound where an option has one', {}, { pictureAge: null }, { pictureAge: null }],
    ['what was set stays to the byte', { sampleBytes: 1e8 }, {}, { sampleBytes: 1e8 }],
    ['as it was started', { pictureAge: null }, { pictureAge: 30 }, {}],
    [
      'one of two',
      { pictureAge: null, sampleAge: DAY },
      { sampleAge: 2 },
      { pictureAge: null, sampleAge: 2 * DAY },
    ],
  ] as const) {
    const view = viewOf(settings);
    t.same(settingsOf({ ...draftOf(view.bounds), ...typed }, view), expected, what);
  }
  const view = viewOf({ pictureAge: null, sampleAge: DAY });
  t.same(settingsOf(draftOf(view.defaults), view), {}, 'all as it was started');
});

t.test('what goes is said, and nothing where nothing does', async (t) => {
  const none = { count: 0, bytes: 0 };
  const preview = { detections: none, samples: none, pictures: none, kept: none };
  t.same(removalOf(preview), []);
  t.same(
    removalOf({
      ...preview,
      detections: { count: 12_345, bytes: 3 * 2 ** 20 },
      samples: { count: 1, bytes: 1024 },
    }),
    ['12,345 detections, about 3.0\u00a0MiB', '1 picture without a label, 1.0\u00a0KiB'],
  );
});
