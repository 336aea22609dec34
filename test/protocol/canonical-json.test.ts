import t from 'tap';
import { canonicalJson, signedBytes } from '../../protocol/src/index.ts';

t.test('one text for a value', async (t) => {
  for (const [name, value, expected] of [
    ['keys sorted, at each level', { b: { d: 1, c: 2 }, a: [] }, '{"a":[],"b":{"c":2,"d":1}}'],
    // RFC 8785, section 3.2.2.
    [
      'numbers',
      [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0],
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    ],
    ['strings', '€$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    ['literals', [null, true, false], '[null,true,false]'],
    // RFC 8785, section 3.2.3: by UTF-16 code units, so the pair of surrogates stands before
    // U+FB33.
    [
      'keys by code units',
      { '\ufb33': 1, '😀': 2, '€': 3, '\r': 4, '1': 5 },
      '{"\\r":4,"1":5,"€":3,"😀":2,"\ufb33":1}',
    ],
    ['without what is undefined', { a: undefined, b: 1 }, '{"b":1}'],
  ] as const) {
    t.equal(canonicalJson(value), expected, name);
  }
});

t.test('what has no one text is refused', async (t) => {
  for (const value of [
    Number.NaN,
    Infinity,
    undefined,
    '\ud800',
    { '\udc00': 1 },
    new Date(0),
    1n,
    [undefined],
    () => 1,
  ]) {
    t.throws(() => canonicalJson(value), { code: 'PROTOCOL_MESSAGE_INVALID' });
  }
});

t.test('signed bytes carry their type and lengths, in bytes', async (t) => {
  const text = Buffer.from(signedBytes('assignment', Buffer.from('"é"'))).toString();
  t.equal(text, 'DSSEv1 43 application/vnd.edgeloop.assignment.v1+json 4 "é"');
});
