import { millis } from '@edgeloop/protocol';
import t from 'tap';
import { fetchReport } from '../../../trainer/src/weights/fetch-report.ts';

t.test('progress: a bar on a terminal, a line for each tenth elsewhere', async (t) => {
  const written = (isTTY: boolean, total: number | null) => {
    const lines: string[] = [];
    const report = fetchReport({ isTTY, write: (text: string) => lines.push(text) }, 'w.pth');
    for (let received = 1; received <= 40; received++) {
      report({ kind: 'bytes', received: received * 1e6, total });
    }
    report({ kind: 'again', reason: 'ECONNRESET', wait: millis(1500) });
    return lines;
  };
  const lines = written(false, 40e6);
  t.equal(lines.length, 11);
  t.same(lines.slice(-2), ['w.pth  40.0 of 40.0 MB\n', 'ECONNRESET; again in 1.5 s\n']);
  t.same(written(false, null).slice(0, 2), ['w.pth  8.0 MB\n', 'w.pth  16.0 MB\n']);
  t.match(written(true, 40e6)[19], /^\r.*\[█{12}·{12}\] w\.pth {2}20\.0 of 40\.0 MB$/);
});
