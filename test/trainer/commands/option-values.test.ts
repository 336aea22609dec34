import t from 'tap';
import { deviations, pause } from '../../../trainer/src/commands/option-values.ts';

t.test(
  'a pause is from a tenth of a second to a day: a timer set otherwise goes off at once',
  async (t) => {
    t.strictSame(['0.1', '120', '86400'].map(pause), [0.1, 120, 86_400]);
    for (const text of ['0', '', ' ', '-5', '0.05', '86401', '2147484', 'Infinity', 'soon']) {
      t.throws(() => pause(text), { code: 'OPTION_INVALID', message: /0\.1 to 86400/ }, text);
    }
  },
);

t.test('pixels are divided by something', async (t) => {
  t.strictSame(deviations('0.229,0.224,1'), [0.229, 0.224, 1]);
  for (const text of ['0,0.2,0.2', '0.2,-0.2,0.2', '0.2,0.2']) {
    t.throws(() => deviations(text), { code: 'OPTION_INVALID', message: /three numbers/ }, text);
  }
});
