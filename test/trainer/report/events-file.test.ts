import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { EventsFile, readEvents } from '../../../trainer/src/report/events-file.ts';

const root = mkdtempSync(join(tmpdir(), 'edgeloop-events-'));
t.teardown(() => rmSync(root, { recursive: true }));

const at = new Date('2026-11-25T08:00:00Z');
const phase = (text: string) => ({ kind: 'phase', text }) as const;

function open(path: string, resume: boolean): EventsFile {
  const events = new EventsFile({ path, resume, clock: () => at });
  events.start();
  return events;
}

t.test('each event is a line of the file as soon as it is written', async (t) => {
  const path = join(root, 'follow.jsonl');
  const events = open(path, false);
  events.write(phase('Reading'));
  const first = '{"time":"2026-11-25T08:00:00.000Z","kind":"phase","text":"Reading"}\n';
  t.equal(readFileSync(path, 'utf8'), first);
  events.write(phase('Line\nbreaks stay in the line'));
  t.equal(readFileSync(path, 'utf8').split('\n').length, 3);
  events.close();
  events.close();
  t.same(
    readEvents(path).map((event) => 'text' in event && event.text),
    ['Reading', 'Line\nbreaks stay in the line'],
  );
});

t.test('the events of another run stay until this one starts in its place', async (t) => {
  const path = join(root, 'beside.jsonl');
  const texts = () => readEvents(path).map((event) => 'text' in event && event.text);
  const begun = () => {
    const events = new EventsFile({ path, resume: false, clock: () => at });
    events.startBesideNone();
    events.write(phase('Reading'));
    return events;
  };
  const first = begun();
  t.same(texts(), ['Reading'], 'there is none');
  first.write(phase('Done'));
  first.close();
  const mistaken = begun();
  mistaken.discard();
  t.same(texts(), ['Reading', 'Done']);
  const other = begun();
  other.start();
  t.same(texts(), ['Reading'], 'what it told before is there');
  other.discard();
  t.same(texts(), []);
});

for (const [what, torn] of [
  ['whole', ''],
  ['torn in the middle', '{"time":"2026-11-25T08:00:01.000Z","ki'],
  [
    'torn before its line break',
    '{"time":"2026-11-25T08:00:01.000Z","kind":"phase","text":"Half"}',
  ],
] as const) {
  t.test(
    `a resumed run goes on behind the last whole line; the one after it was ${what}`,
    async (t) => {
      const path = join(root, 'resume.jsonl');
      const killed = open(path, false);
      killed.write(phase('Before'));
      killed.close();
      appendFileSync(path, torn);
      t.equal(readEvents(path).length, 1, 'whoever reads meanwhile sees whole lines');
      const resumed = open(path, true);
      resumed.write(phase('After'));
      resumed.close();
      t.same(
        readFileSync(path, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line).text),
        ['Before', 'After'],
      );
    },
  );
}

t.test(
  'an earlier file stays until one begins in its place, which then has all that it told',
  (t) => {
    const path = join(root, 'late.jsonl');
    open(path, false).write(phase('Earlier'));
    const events = new EventsFile({ path, resume: false, clock: () => at });
    events.write(phase('Reading'));
    t.match(readEvents(path), [{ text: 'Earlier' }]);
    events.start();
    events.write(phase('Training'));
    events.start();
    events.close();
    t.match(readEvents(path), [{ text: 'Reading' }, { text: 'Training' }]);
    t.equal(readEvents(path).length, 2);
    t.end();
  },
);

t.test('a new run begins a new file, and so does one that resumes without any', async (t) => {
  const path = join(root, 'new.jsonl');
  open(path, false).write(phase('Old'));
  open(path, false).write(phase('New'));
  t.match(readEvents(path), [{ text: 'New' }]);
  t.equal(readEvents(path).length, 1);
  t.same(readEvents(join(root, 'none.jsonl')), []);
  open(join(root, 'none.jsonl'), true).write(phase('First'));
  t.match(readEvents(join(root, 'none.jsonl')), [{ text: 'First' }]);
});
