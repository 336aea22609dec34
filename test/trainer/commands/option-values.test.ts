import t from 'tap';
import { pause } from '../../../trainer/src/commands/option-values.ts';

t.test(
  'a pause is from a tenth of a second to a day: a timer set otherwise goes off at once',
  async (t) => {
    t.strictSame(['0.1', '120', '86400'].map(pause), [0.1, 120, 86_400]);
    for (const text of ['0', '', ' ', '-5', '0.05', '86401', '2147484', 'Infinity', 'soon']) {
      t.throws(() => pause(text), { code: 'OPTION_INVALID', message: /0\.1 to 86400/ }, text);
    }
  },
);
