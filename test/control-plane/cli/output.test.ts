import t from 'tap';
import {
  type Column,
  digest,
  size,
  state,
  when,
} from '../../../control-plane/src/cli/output/cell.ts';
import { cutTo, displayWidth } from '../../../control-plane/src/cli/output/display-width.ts';
import type { Paper } from '../../../control-plane/src/cli/output/paper.ts';
import { relativeTime } from '../../../control-plane/src/cli/output/relative-time.ts';
import { Sheet } from '../../../control-plane/src/cli/output/sheet.ts';
import { table } from '../../../control-plane/src/cli/output/table.ts';
import { describeRemoval } from '../../../control-plane/src/cli/retention/describe-removal.ts';

const NOW = Date.parse('2026-11-26T12:00:00.000Z');
const SHA = 'feed'.repeat(16);
const terminal = (columns: number, colour = false): Paper => ({
  terminal: { columns, colour },
  wide: false,
  now: NOW,
});
const PIPE: Paper = { terminal: null, wide: false, now: NOW };

interface Row {
  readonly id: string;
  readonly name: string;
  readonly at: string | null;
  readonly n: number;
}
const COLUMNS: readonly Column<Row>[] = [
  { head: 'ID', cell: ({ id }) => id, keep: true },
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'SEEN', cell: ({ at }) => when(at) },
  { head: 'N', cell: ({ n }) => n, right: true },
];
const ROWS: readonly Row[] = [
  { id: 'press-1', name: '检测 line', at: '2026-11-26T11:57:00.000Z', n: 5 },
  { id: 'press-22', name: 'e\u0301tage with a name that is much too long', at: null, n: 12345 },
];

t.test('on a terminal columns are aligned by what is seen, and the widest gives way', async (t) => {
  const lines = table(ROWS, COLUMNS, terminal(48));
  t.same(lines, [
    'ID        NAME                  SEEN           N',
    'press-1   检测 line             3 min ago      5',
    'press-22  e\u0301tage with a name t…  –          12345',
  ]);
  for (const line of lines) t.ok(displayWidth(line) <= 48, line);
});

t.test('what is typed again is never cut, however narrow it is', async (t) => {
  for (const line of table(ROWS, COLUMNS, terminal(20)).slice(1)) t.match(line, /^press-\d/);
});

t.test('on a pipe: tabs, all of it, no heads, no colour', async (t) => {
  t.same(table(ROWS, COLUMNS, PIPE), [
    'press-1\t检测 line\t2026-11-26T11:57:00.000Z\t5',
    'press-22\te\u0301tage with a name that is much too long\t\t12345',
  ]);
});

t.test('--wide cuts nothing and shortens nothing', async (t) => {
  const columns: Column<string>[] = [{ head: 'MODEL', cell: digest }];
  t.same(table([SHA], columns, terminal(20)), ['MODEL', SHA.slice(0, 12)]);
  t.same(table([SHA], columns, { ...terminal(20), wide: true }), ['MODEL', SHA]);
  t.same(table([SHA], columns, PIPE), [SHA]);
});

t.test('what anybody may have written moves no cursor and splits no column', async (t) => {
  const evil: Row = { id: 'a\tb\n', name: '\u001b[2J\u001b]0;title\u0007', at: null, n: 0 };
  const [line = ''] = table([evil], COLUMNS, PIPE);
  t.equal(line.split('\t').length, 4);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none must be left.
  t.notMatch(table([evil], COLUMNS, terminal(80)).join(''), /[\u0000-\u001f]/);
});

t.test('colour says how much a word matters, and does not move it', async (t) => {
  const columns: Column<string>[] = [
    { head: 'STATE', cell: state },
    { head: 'X', cell: () => 'x' },
  ];
  const [, line] = table(['failed'], columns, terminal(80, true));
  t.equal(line, '\u001b[31mfailed\u001b[0m  x');
  t.equal(table(['failed'], columns, terminal(80))[1], 'failed  x');
});

t.test('a sheet: fields, sections, and notes for a person alone', async (t) => {
  const draw = (paper: Paper) =>
    new Sheet(paper)
      .fields(ROWS[0] as Row, COLUMNS)
      .section('Rows', ROWS.slice(0, 1), COLUMNS)
      .table([], COLUMNS, 'Nothing. Do this.')
      .text();
  t.equal(
    draw(PIPE),
    'ID\tpress-1\nNAME\t检测 line\nSEEN\t2026-11-26T11:57:00.000Z\nN\t5\npress-1\t检测 line\t2026-11-26T11:57:00.000Z\t5',
  );
  t.match(
    draw(terminal(80)),
    /^ID {4}press-1\n[\s\S]*\n\nRows\nID {7}NAME[\s\S]*\n\nNothing\. Do this\.$/,
  );
});

t.test('times, sizes and cuts', async (t) => {
  for (const [at, told] of [
    ['2026-11-26T12:00:00.000Z', 'now'],
    ['2026-11-26T11:59:01.000Z', '59 s ago'],
    ['2026-11-26T10:01:00.000Z', '1 h ago'],
    ['2026-11-29T13:00:00.000Z', 'in 3 d'],
    ['2026-01-02T13:00:00.000Z', '2026-01-02'],
  ] as const) {
    t.equal(relativeTime(at, NOW), told);
  }
  t.same(size(1536), { text: '1536', short: '1.5 KiB' });
  t.same(size(0), { text: '0', short: '0 B' });
  t.same(size(2 ** 30 * 120), { text: '128849018880', short: '120 GiB' });
  t.equal(cutTo('检测检测', 5), '检测…');
  t.equal(cutTo('👩‍👩‍👧 family', 4), '👩‍👩‍👧…');
});

t.test('what a bound removes is said before it is asked for', async (t) => {
  const none = { count: 0, bytes: 0 };
  const preview = { detections: none, samples: none, pictures: none, kept: none };
  t.equal(describeRemoval(preview), null);
  t.equal(
    describeRemoval({
      ...preview,
      detections: { count: 12_345, bytes: 3 * 2 ** 20 },
      pictures: { count: 1, bytes: 1024 },
    }),
    'Removed at once, and for good: 12345 detections (about 3.0 MiB), 1 thumbnail (1.0 KiB). What is labelled or in a dataset stays.',
  );
});
