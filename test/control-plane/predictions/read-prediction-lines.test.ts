import t from 'tap';
import { readPredictionLines } from '../../../control-plane/src/predictions/read-prediction-lines.ts';

const line = (digit: string, label = 'grün') =>
  JSON.stringify({ sha256: digit.repeat(64), label, int8: { label, scores: [0.9, 0.1] } });

async function* inPieces(text: string, bytes: number) {
  const content = Buffer.from(text);
  for (let i = 0; i < content.length; i += bytes) yield content.subarray(i, i + bytes);
}

async function read(content: AsyncIterable<Uint8Array>) {
  const lines = [];
  for await (const each of readPredictionLines(content)) lines.push(each);
  return lines;
}

t.test('lines come whole, however they are cut on the way', async (t) => {
  const text = `${line('1')}\n${line('2')}\n${line('3')}`;
  for (const bytes of [1, 7, 64, 100_000]) {
    for (const end of ['', '\n']) {
      const lines = await read(inPieces(text + end, bytes));
      t.same(
        lines.map(({ sha256, label }) => `${sha256[0]} ${label}`),
        ['1 grün', '2 grün', '3 grün'],
        `${bytes} bytes a piece`,
      );
    }
  }
  t.same(await read(inPieces('', 1)), []);
});

t.test('what is no prediction is told with its line', async (t) => {
  for (const [name, text, message] of [
    ['no JSON', `${line('1')}\n\n`, /line 2 .*expected JSON, received ""/i],
    ['not a prediction', `${line('1')}\n{}\n`, /line 2 .*sha256/],
    ['a line without an end', 'x'.repeat(1024 * 1024 + 2), /expected at most 1048576 characters/],
  ] as const) {
    const expected = { code: 'PREDICTIONS_UNREADABLE', message };
    await t.rejects(read(inPieces(text, 64 * 1024)), expected, name);
  }
});

t.test('more lines than anyone waits for end it', async (t) => {
  async function* endless() {
    const thousand = Buffer.from(`${line('1')}\n`.repeat(1000));
    for (;;) yield thousand;
  }
  await t.rejects(read(endless()), { message: /line 200001 .*at most 200000 lines/ });
});
