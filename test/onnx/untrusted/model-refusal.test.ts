import t from 'tap';
import { isRefusal } from '../../../onnx/src/untrusted/model-refusal.ts';

t.test('what a child answers is a refusal, or taken for none', async (t) => {
  t.ok(isRefusal({ code: 'OPERATOR', message: 'Expected another.' }));
  const none = [
    null,
    'OPERATOR',
    {},
    { code: 'OPERATOR' },
    { code: 'OPERATOR', message: 7 },
    { code: 'FREE_FORM', message: 'Expected another.' },
  ];
  for (const answer of none) t.notOk(isRefusal(answer), JSON.stringify(answer));
});
