import { readFileSync } from 'node:fs';
import { asyncApiDocument, TOPICS } from '@edgeloop/protocol';
import t from 'tap';

const read = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const written = read('docs/asyncapi.json');

t.test('docs/asyncapi.json is what the topic table says (npm run docs)', async (t) => {
  t.same(
    written,
    JSON.parse(JSON.stringify(asyncApiDocument(read('control-plane/package.json').version))),
  );
});

t.test('every topic has a channel, an operation and a message', async (t) => {
  for (const part of [written.channels, written.operations, written.components.messages]) {
    t.same(Object.keys(part), Object.keys(TOPICS));
  }
});
