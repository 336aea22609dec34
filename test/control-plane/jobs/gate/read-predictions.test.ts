import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import {
  type Predictions,
  readPredictions,
} from '../../../../control-plane/src/jobs/gate/read-predictions.ts';
import { CLASSES, lines, testSide } from '../stand/test-side.ts';

const PIECE = 64 * 1024;

t.test(
  'a file that is made to fill memory is read no further than to where it is wrong',
  async (t) => {
    const samples = testSide(4);
    const right = lines(samples, { int8: () => false });
    const filled = (text: string) => Buffer.from(text.repeat(Math.ceil(PIECE / text.length)));
    for (const [what, piece, most, problem] of [
      ['250 MB of newlines', filled('\n'), 1, /line 1 .*expected JSON, received ""/],
      ['one line', filled('x'), 17, /line 1 .*expected at most 1048576 characters/],
      ['the same over and over', filled(`${right}\n`), 1, /^Line 5: sample 0+ comes twice\.$/],
      ['what a stranger made', filled(`${right.replaceAll('good', 'bad')}\n`), 1, /^Line 1: /],
    ] as const) {
      let given = 0;
      let ended = false;
      async function* content() {
        try {
          for (; given < 4000; given++) yield piece;
        } finally {
          ended = true;
        }
      }
      const read = await readPredictions(content(), samples, CLASSES);
      t.match(read, { problem }, what);
      t.ok(given < most, `${what}: ${given} pieces of 4000`);
      t.ok(ended, `${what}: the file is closed`);
    }
  },
);

t.test('a large file keeps nobody else waiting', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-predictions-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'predictions.jsonl');
  const samples = testSide(20_000);
  const text = lines(samples, { int8: () => false, float32: () => false });
  writeFileSync(path, text);
  let others = 0;
  const turn = () => {
    others += 1;
    timer = setImmediate(turn);
  };
  let timer = setImmediate(turn);
  const read = await readPredictions(createReadStream(path), samples, CLASSES);
  clearImmediate(timer);
  const { int8, float32 } = read as Predictions;
  t.same([int8.size, float32?.size], [20_000, 20_000]);
  const pieces = text.length / PIECE;
  t.ok(others > pieces / 4, `${others} turns of others in ${pieces.toFixed(0)} pieces`);
});
