import t from 'tap';
import { keyOfClass } from '../../../control-plane/dashboard/src/label/class-keys.ts';

const keys = Array.from({ length: 40 }, (_, i) => keyOfClass(i));
t.same(keys.slice(0, 11), ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b']);
const given = keys.filter((key) => key !== null);
t.equal(new Set(given).size, given.length, 'no two have the same');
t.same(
  given.filter((key) => 'snug?+/'.includes(key)),
  [],
  'none means something else',
);
t.equal(keys.at(-1), null, 'the others are clicked');
