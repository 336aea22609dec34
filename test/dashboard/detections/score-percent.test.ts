import t from 'tap';
import {
  percentOf,
  shareOf,
} from '../../../control-plane/dashboard/src/detections/filter/score-percent.ts';

t.test('a score is typed in percent, and a share in the address', async (t) => {
  const typed = ['90', '7', '99.5', '0', '100', '140', '-3', '', 'most'];
  t.same(typed.map(shareOf), ['0.9', '0.07', '0.995', '0', '1', '1', '0', '', '']);
  const shares = ['0.9', '0.07', '0.995', '0', '1', '', 'most'];
  t.same(shares.map(percentOf), ['90', '7', '99.5', '0', '100', '', 'most']);
});
