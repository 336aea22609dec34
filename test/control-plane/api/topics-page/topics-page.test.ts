import { TOPICS } from '@edgeloop/protocol';
import t from 'tap';
import Type from 'typebox';
import { payloadRows } from '../../../../control-plane/src/api/topics-page/payload-rows.ts';
import { topicsPage } from '../../../../control-plane/src/api/topics-page/topics-page.ts';

t.test('every topic and every field of its payload is on the page', async (t) => {
  const page = topicsPage('1.2.3');
  for (const [name, { schema }] of Object.entries(TOPICS)) {
    t.ok(page.includes(`<section id="${name}">`), name);
    const rows = payloadRows(schema);
    if (name === 'image') t.ok(page.includes('<p>The bytes of a JPEG'), 'not fields');
    else t.ok(rows.length > 0, `${rows.length} fields`);
    for (const { path } of rows)
      t.ok(page.includes(path.replace(/[<>]/g, (c) => `&#${c.charCodeAt(0)};`)));
  }
  t.notMatch(page, /https?:\/\//, 'nothing from elsewhere');
});

t.test('nested, optional, alternative fields', async (t) => {
  const schema = Type.Union([
    Type.Object({ kind: Type.Literal('a'), at: Type.Integer({ minimum: 0, description: 'when' }) }),
    Type.Object({
      kind: Type.Literal('b'),
      list: Type.Optional(Type.Array(Type.Object({ x: Type.Number() }))),
      map: Type.Record(Type.String(), Type.Object({ y: Type.Union([Type.String(), Type.Null()]) })),
    }),
  ]);
  t.match(payloadRows(schema), [
    { path: 'kind', type: '"a" or "b"', required: true },
    { path: 'at', type: 'integer from 0', description: 'when' },
    { path: 'list', required: false },
    { path: 'list[].x', type: 'number' },
    { path: 'map' },
    { path: 'map.<key>.y', type: 'string or null' },
  ]);
});
