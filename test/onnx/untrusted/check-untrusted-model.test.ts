import { AttributeType, checkUntrustedModel, DataType, encodeModel } from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import {
  float,
  type Model,
  type Node,
  type Tensor,
  value,
} from '../../stand/models/graph-parts.ts';
import { EXPECTED, smallModel } from './small-model.ts';

const check = (model: Model) => checkUntrustedModel(encodeModel(model), EXPECTED);
const constant = (tensor: Tensor): Node => ({
  opType: 'Constant',
  input: [],
  output: ['between'],
  attribute: [{ name: 'value', t: tensor, type: AttributeType.TENSOR }],
});
const operator = (more: Partial<Node>): Node => ({
  opType: 'Identity',
  input: ['embedding'],
  output: ['between'],
  ...more,
});
const weights = (tensor: Tensor) => smallModel([], { initializer: [float('gain', [1]), tensor] });
const external = { ...float('w', [1]), externalData: [{ key: 'location', value: '/etc/passwd' }] };
const body = { node: [{ opType: 'Identity', input: ['a'], output: ['b'] }], name: 'body' };

t.test('a model that keeps to the rules passes', async (t) => {
  t.equal(check(smallModel()), null);
  t.equal(check(smallModel([operator({ domain: 'ai.onnx' })])), null);
  t.equal(check(smallModel([constant(float('c', [1, 2, 3]))])), null);
  t.equal(
    check({ ...smallModel(), opsetImport: [{ version: 17 }, { domain: 'com.other', version: 1 }] }),
    null,
  );
});

t.test('what a stranger may try', async (t) => {
  for (const [name, model, code] of [
    ['weights in another file', weights(external), 'EXTERNAL_DATA'],
    [
      '… said by the location alone',
      weights({ ...float('w', [1]), dataLocation: 1 }),
      'EXTERNAL_DATA',
    ],
    ['… in a constant', smallModel([constant(external)]), 'EXTERNAL_DATA'],
    [
      'an operator of another domain',
      smallModel([operator({ domain: 'com.microsoft', opType: 'FusedConv' })]),
      'OPERATOR_DOMAIN',
    ],
    ['a loop', smallModel([operator({ opType: 'Loop' })]), 'OPERATOR'],
    ['numbers by chance', smallModel([operator({ opType: 'RandomNormal' })]), 'OPERATOR'],
    [
      'a graph in an attribute',
      smallModel([operator({ attribute: [{ name: 'body', g: body, type: AttributeType.GRAPH }] })]),
      'SUBGRAPH',
    ],
    [
      'no standard operators',
      { ...smallModel(), opsetImport: [{ domain: 'com.other', version: 17 }] },
      'OPERATOR_SET',
    ],
    ['operators too old', { ...smallModel(), opsetImport: [{ version: 6 }] }, 'OPERATOR_SET'],
    ['operators too new', { ...smallModel(), opsetImport: [{ version: 99 }] }, 'OPERATOR_SET'],
    [
      'two operator sets',
      { ...smallModel(), opsetImport: [{ version: 17 }, { domain: 'ai.onnx', version: 13 }] },
      'OPERATOR_SET',
    ],
    ['texts', weights({ name: 'w', dims: [1], dataType: 8 }), 'TENSOR_TYPE'],
    ['a type that is none', weights({ name: 'w', dims: [1], dataType: 99 }), 'TENSOR_TYPE'],
    ['a negative dimension', weights({ ...float('w', [1]), dims: [-1, -1] }), 'DIMENSIONS'],
    [
      'dimensions whose product overflows',
      weights({ ...float('w', [1]), dims: [2 ** 26, 2 ** 26, 2 ** 26] }),
      'DIMENSIONS',
    ],
    [
      '… to zero in 64 bits',
      weights({ ...float('w', []), dims: [2 ** 32, 2 ** 32] }),
      'DIMENSIONS',
    ],
    ['a dimension beyond 2⁵³', weights({ ...float('w', [1]), dims: [2 ** 60] }), 'DIMENSIONS'],
    ['hidden behind a zero', weights({ ...float('w', []), dims: [0, 2 ** 40] }), 'DIMENSIONS'],
    [
      'more dimensions than there are',
      weights({ ...float('w', [1]), dims: Array(9).fill(1) }),
      'DIMENSIONS',
    ],
    [
      'fewer bytes than the shape says',
      weights({ ...float('w', [1, 2]), dims: [1000] }),
      'DIMENSIONS',
    ],
    [
      'fewer values than the shape says',
      weights({ name: 'w', dims: [4], dataType: DataType.INT64, int64Data: [1] }),
      'DIMENSIONS',
    ],
    [
      'an activation of terabytes',
      smallModel([], { valueInfo: [value('float', DataType.FLOAT, [1, 2 ** 20, 2 ** 20])] }),
      'DIMENSIONS',
    ],
    [
      'an input of another size',
      smallModel([], { input: [value('input', DataType.UINT8, [1, 9, 9, 3])] }),
      'INTERFACE',
    ],
    [
      'an input of another type',
      smallModel([], { input: [value('input', DataType.FLOAT, [1, 8, 8, 3])] }),
      'INTERFACE',
    ],
    [
      'two inputs',
      smallModel([], {
        input: ['input', 'more'].map((input) => value(input, DataType.UINT8, [1, 8, 8, 3])),
      }),
      'INTERFACE',
    ],
    [
      'no logits',
      smallModel([], { output: [value('scores', DataType.FLOAT, [1, 3])] }),
      'INTERFACE',
    ],
    [
      'other classes',
      smallModel([], { output: [value('logits', DataType.FLOAT, ['N', 4])] }),
      'INTERFACE',
    ],
    ['too many operators', smallModel(Array(20_001).fill(operator({}))), 'TOO_MANY'],
    [
      'too many values',
      weights({
        name: 'w',
        dims: [500_001],
        dataType: DataType.INT64,
        int64Data: Array(500_001).fill(1),
      }),
      'NOT_A_MODEL',
    ],
  ] as const) {
    t.equal(check(model as Model)?.code, code, name);
  }
});

t.test('what a stranger wrote comes into a refusal cut and quoted', async (t) => {
  const long = `\u001b[2J${'x'.repeat(10_000)}`;
  const odd = { ...value(long, DataType.UINT8, [1, 9, 9, 3]) };
  for (const [name, model] of [
    ['versions', { ...smallModel(), opsetImport: Array(5000).fill({ version: 17 }) }],
    ['an input', smallModel([], { input: [odd] })],
    ['outputs', smallModel([], { output: [odd] })],
    ['a value', smallModel([], { valueInfo: [value(long, 8, [1])] })],
    ['a weight', weights({ ...float(long, [1]), dims: [9] })],
    ['an operator', smallModel([operator({ name: long, opType: long, domain: long })])],
  ] as const) {
    const message = check(model as Model)?.message ?? '';
    t.ok(message.length > 0 && message.length < 600, name);
    t.notOk(message.includes('\u001b'), `${name}: nothing that a terminal obeys`);
  }
});

t.test('what another reader of the same bytes would see', async (t) => {
  const bytes = encodeModel(smallModel());
  // protobuf merges a field that comes twice: the runtime would run the operators of both.
  const evil = encodeModel({ graph: { node: [operator({ domain: 'evil' })] } });
  t.match(checkUntrustedModel(Buffer.concat([evil, bytes]), EXPECTED), {
    code: 'NOT_A_MODEL',
    message: /graph comes twice/,
  });
  for (const [name, tag] of [
    ['local functions', 25],
    ['training', 20],
    ['an unknown field', 99],
  ] as const) {
    const field = Buffer.from([(((tag << 3) | 2) & 0x7f) | 0x80, (tag << 3) >> 7, 0]);
    t.match(
      checkUntrustedModel(Buffer.concat([bytes, field]), EXPECTED),
      { code: 'NOT_A_MODEL', message: new RegExp(`field ${tag} is not one`) },
      name,
    );
  }
});

t.test('graphs nested to overflow the stack', async (t) => {
  // Written from inside out: the writer must not be the one that overflows.
  const wrap = (tag: number, inner: Buffer): Buffer => {
    const length: number[] = [];
    for (let rest = inner.length; ; rest >>>= 7) {
      if (rest < 0x80) {
        length.push(rest);
        break;
      }
      length.push((rest & 0x7f) | 0x80);
    }
    return Buffer.concat([Buffer.from([(tag << 3) | 2, ...length]), inner]);
  };
  let graph: Buffer = Buffer.from(encodeModel({ graph: body })).subarray(2);
  for (let i = 0; i < 5000; i++) graph = wrap(1, wrap(5, wrap(6, graph)));
  t.match(checkUntrustedModel(wrap(7, graph), EXPECTED), {
    code: 'NOT_A_MODEL',
    message: /nest deeper/,
  });
});

t.test('mutated bytes never crash, hang, or take memory', async (t) => {
  const random = seededRandom(7);
  const bytes = encodeModel(smallModel([constant(float('c', [1, 2, 3]))]));
  const codes = new Set<string>();
  const before = process.memoryUsage.rss();
  const begun = performance.now();
  for (let i = 0; i < 10_000; i++) {
    const mutated = Buffer.from(bytes);
    for (let k = 0; k <= random.next() * 4; k++) {
      mutated[Math.floor(random.next() * mutated.length)] = Math.floor(random.next() * 256);
    }
    const cut = random.next() < 0.2 ? mutated.subarray(0, random.next() * mutated.length) : mutated;
    codes.add(checkUntrustedModel(cut, EXPECTED)?.code ?? 'passed');
  }
  t.ok(codes.size >= 7, `reached many of the rules: ${[...codes].join(', ')}`);
  t.ok(performance.now() - begun < 20_000);
  t.ok(process.memoryUsage.rss() - before < 100 << 20);
});
