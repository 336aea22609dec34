import t from 'tap';
import { outcomeInWords } from '../../../control-plane/dashboard/src/setup/audit/outcome.ts';

t.test('an import is told when it begins, when it is done, and where it breaks off', async (t) => {
  t.same([202, 200, 201, 507].map(outcomeInWords), ['begun', null, null, 'broke off with 507']);
});
