import { bytes, mebibytes } from '@edgeloop/protocol';
import t from 'tap';
import { RetainedTree } from '../../../../control-plane/src/broker/persistence/retained-tree.ts';

const ofDevice = { messages: 3, bytes: bytes(2000) };
const TOPICS = ['a', 'a/b', 'a/b/c', 'a/c', 'b/b', '/', '/a', 'a/', '$SYS/a', 'ä/β'];

function treeOf(topics: readonly string[]): RetainedTree {
  const tree = new RetainedTree({ messages: 100, bytes: mebibytes(1), ofDevice });
  for (const topic of topics) tree.set({ topic, payload: Buffer.from(topic), qos: 1 });
  return tree;
}
const matched = (tree: RetainedTree, filter: string) =>
  [...tree.match(filter)].map(({ topic }) => topic).sort();

for (const [filter, expected] of [
  ['a/b', ['a/b']],
  ['a/x', []],
  ['#', TOPICS.filter((topic) => !topic.startsWith('$'))],
  ['a/#', ['a', 'a/', 'a/b', 'a/b/c', 'a/c']],
  ['+', ['a']],
  ['+/b', ['a/b', 'b/b']],
  ['a/+', ['a/', 'a/b', 'a/c']],
  ['+/+', ['/', '/a', 'a/', 'a/b', 'a/c', 'b/b', 'ä/β']],
  ['+/#', TOPICS.filter((topic) => !topic.startsWith('$'))],
  ['a/+/c', ['a/b/c']],
  ['/+', ['/', '/a']],
  ['$SYS/#', ['$SYS/a']],
  ['$SYS/a', ['$SYS/a']],
  ['+/a', ['/a']],
] as [string, string[]][]) {
  t.same(matched(treeOf(TOPICS), filter), [...expected].sort(), `${filter} matches`);
}

t.test('a message is replaced and removed, and leaves nothing behind', async (t) => {
  const tree = treeOf(['a/b', 'a/b/c']);
  tree.set({ topic: 'a/b', payload: Buffer.from('new'), qos: 0 });
  t.equal(tree.size, 2);
  t.same([...tree.match('a/b')][0]?.payload, Buffer.from('new'));
  t.equal(tree.delete('a/b'), true);
  t.equal(tree.delete('a/b'), false);
  t.equal(tree.delete('x/y'), false);
  t.same(matched(tree, '#'), ['a/b/c']);
  t.equal(tree.delete('a/b/c'), true);
  t.equal(tree.size, 0);
});

t.test('what there is no room for is not kept', async (t) => {
  const tree = new RetainedTree({ messages: 2, bytes: bytes(1000), ofDevice });
  const message = (topic: string, size: number) => ({
    topic,
    payload: new Uint8Array(size),
    qos: 0,
  });
  t.equal(tree.set(message('a', 10)), null);
  t.equal(tree.set(message('b', 1000)), 'retained-full', 'too many bytes');
  t.equal(tree.set(message('b', 10)), null);
  t.equal(tree.set(message('c', 10)), 'retained-full', 'too many messages');
  t.equal(tree.set(message('a', 20)), null, 'one in place of another');
  tree.delete('a');
  t.equal(tree.set(message('c', 10)), null);
});

t.test('of one device no more is kept than its share', async (t) => {
  const tree = new RetainedTree({ messages: 100, bytes: mebibytes(1), ofDevice });
  const message = (topic: string, size = 10) => ({
    topic: `edgeloop/v1/works/${topic}`,
    payload: new Uint8Array(size),
    qos: 0,
  });
  for (const camera of ['a', 'b', 'c']) t.equal(tree.set(message(`pi-1/state/${camera}`)), null);
  t.equal(tree.set(message('pi-1/state/d')), 'device-retained-full', 'too many messages');
  t.equal(tree.set(message('pi-1/state/c', 20)), null, 'one in place of another');
  t.equal(tree.set(message('pi-1/desired', 3000)), null, 'what it is told has room');
  t.equal(tree.set(message('pi-2/state/a')), null, 'and so has another device');
  t.equal(tree.set(message('pi-2/image/a', 2000)), 'device-retained-full', 'too many bytes');
  tree.delete(message('pi-1/state/a').topic);
  t.equal(tree.set(message('pi-1/status')), null);
});
