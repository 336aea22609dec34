import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import t from 'tap';
import { niceTicks } from '../../../trainer/src/report/chart/scale.ts';
import * as format from '../../../trainer/src/report/format.ts';
import { html } from '../../../trainer/src/report/html.ts';
import { reportPage } from '../../../trainer/src/report/page.ts';
import { runFigures } from '../../../trainer/src/report/run-figures.ts';
import { readThumbnails } from '../../../trainer/src/report/thumbnails.ts';
import { writeReport } from '../../../trainer/src/report/write-report.ts';
import { EXAMPLE, judge } from './example-run.ts';

const none = new Map<string, string>();
const page = reportPage(runFigures(EXAMPLE), none);

t.test('a template escapes what is filled in, and joins lists of markup', async (t) => {
  const items = ['<b>', `"&'`].map((item) => html`<li title="${item}">${item}</li>`);
  t.equal(
    html`<ul>${items}${null}${false}${undefined}${0}</ul>`.text,
    '<ul><li title="&lt;b&gt;">&lt;b&gt;</li><li title="&quot;&amp;&#39;">&quot;&amp;&#39;</li>0</ul>',
  );
});

t.test('names of classes and files are text, whatever is in them', async (t) => {
  const tags = new Set([...page.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, tag]) => tag));
  for (const tag of ['script', 'em', 'i', 'x', 'processor']) t.notOk(tags.has(tag), tag);
  t.match(page, '&lt;script&gt;alert(1)&lt;/script&gt;');
  t.match(page, '&quot;&amp;&#39;');
  t.match(page, '<title>parts &lt;em&gt;&amp;: training report</title>');
  t.match(page, 'good/&lt;i&gt;torn&lt;/i&gt;.jpg');
  t.notMatch(page, /title="[^"]*"\d+"/, 'no quote ends an attribute');
});

t.test('the page fetches nothing and runs nothing', async (t) => {
  const [, style = ''] = /<style>(.*)<\/style>/s.exec(page) ?? [];
  const digest = createHash('sha256').update(style).digest('base64');
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  t.equal(
    policy.replaceAll('&#39;', "'"),
    `default-src 'none'; img-src data:; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`,
  );
  t.notMatch(page, /(?:src|href|srcset|xlink:href)="(?!data:)/);
  t.notMatch(page, /url\(|@import|https?:/);
  t.notMatch(page, / style="| on[a-z]+="/, 'which the policy would refuse');
});

t.test('every section is there, with its figures', async (t) => {
  for (const text of [
    '93.3\u00a0%',
    '28 of 30; 95\u00a0% interval 78.7–98.2\u00a0%',
    '11.3\u00a0MB',
    '8.20\u00a0ms',
    'Both give the same class on 96.7\u00a0% of the test pictures; on 1 picture they differ.',
    '2 test pictures went wrong',
    '1 file had the bytes of another and was left out.',
    '1 file skipped',
    'label smoothing',
    '0.6 to 1',
    'weights&lt;x&gt;.safetensors',
    'ab'.repeat(32),
    '12 min 34 s on 25 November 2026, 08:30 UTC',
    'A &lt;processor&gt;, 2 cores',
    'more pictures would gain',
    'can no longer be read',
  ]) {
    t.match(page, text);
  }
});

t.test(
  'whoever can not see it finds headings, names of charts, and headers of tables',
  async (t) => {
    const charts = page.match(/<svg class="chart"[^>]*>/g) ?? [];
    t.ok(charts.length >= 5);
    t.equal(
      page.match(/role="img"><title>[^<]+<\/title><desc>[^<]+<\/desc>/g)?.length,
      charts.length,
    );
    const other = page.match(/<svg (?!class="chart")[^>]*>/g) ?? [];
    t.same(
      other.filter((tag) => !tag.includes('aria-hidden="true"')),
      [],
      'ornaments are silent',
    );
    t.same(
      (page.match(/<th(?: |>)[^>]*>/g) ?? []).filter((tag) => !tag.includes('scope=')),
      [],
    );
    t.equal(page.match(/<h1>/g)?.length, 1);
    t.same(
      (page.match(/<img[^>]*>/g) ?? []).filter((tag) => !/alt="[^"]+"/.test(tag)),
      [],
    );
  },
);

t.test('a run without mistakes, skipped files, latency or curve says so', async (t) => {
  const all = EXAMPLE.test.map(({ label }) => judge(label, label, 4));
  const bare = reportPage(
    runFigures({
      ...EXAMPLE,
      testJudged: { int8: all, float32: all },
      learning: null,
      skipped: [],
      duplicates: 0,
      latency: { int8: [], float32: [] },
      epochs: [],
      baseWeights: null,
    }),
    none,
  );
  for (const text of [
    'None: the INT8 model was right on all 30 test pictures.',
    'No file was skipped.',
    'No two files had the same bytes.',
    'Not measured in this run',
    'No epoch was recorded.',
    'random weights',
  ]) {
    t.match(bare, text);
  }
  t.notMatch(bare, /NaN|Infinity|undefined|\[object/);
  t.notMatch(page, /NaN|Infinity|undefined|\[object/);
});

t.test('many classes are a list of what is mixed up, not a matrix', async (t) => {
  const classes = Array.from({ length: 100 }, (_, i) => `class ${i}`);
  const pictures = classes.map((_, label) => ({ file: `${label}.jpg`, label }));
  const logits = classes.map(() => 0);
  const judged = pictures.map(({ label }) => ({ label, predicted: label >> 1, logits }));
  const text = reportPage(
    runFigures({
      ...EXAMPLE,
      classes,
      train: pictures,
      validation: pictures,
      test: pictures,
      validationJudged: { int8: judged, float32: judged },
      testJudged: { int8: judged, float32: judged },
    }),
    none,
  );
  t.match(text, 'the most frequent of 99 pairs that were mixed up');
  t.notMatch(text, 'class="confusion"');
});

t.test(
  'metrics.json and report.html are written whole, with the mistakes as pictures',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'edgeloop-report-'));
    t.teardown(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'seen.png'), await encodeJpeg(await drawSample(1, 'good'), 90));
    const thumbnails = await readThumbnails([
      { file: 'a/seen', path: join(folder, 'seen.png') },
      { file: 'a/gone', path: join(folder, 'gone.png') },
    ]);
    t.same([...thumbnails.keys()], ['a/seen']);
    t.match(thumbnails.get('a/seen'), /^data:image\/jpeg;base64,\/9j\//);
    t.ok((thumbnails.get('a/seen')?.length ?? 0) < 30_000);

    const figures = await writeReport(folder, folder, EXAMPLE);
    t.same((await readdir(folder)).sort(), ['metrics.json', 'report.html', 'seen.png']);
    t.same(JSON.parse(await readFile(join(folder, 'metrics.json'), 'utf8')), figures);
    t.equal(await readFile(join(folder, 'report.html'), 'utf8'), page);
  },
);

for (const [from, to, about, expected] of [
  [0, 1, 4, [0, 0.5, 1]],
  [0, 0.05, 5, [0, 0.01, 0.02, 0.03, 0.04, 0.05]],
  [1, 20, 6, [5, 10, 15, 20]],
  [0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
  [2, 2, 4, [2]],
] as const) {
  t.test(`ticks from ${from} to ${to} are round`, async (t) => {
    t.same(niceTicks(from, to, about), expected);
  });
}

for (const [received, expected] of [
  [format.percent(0.9345), '93.5\u00a0%'],
  [format.pointsOf(-0.013), '−1.3 points'],
  [format.pointsOf(0.01), '+1.0 point'],
  [format.pointsOf(0.0001), 'no difference'],
  [format.significant(0.0000857), '0.0000857'],
  [format.significant(1234.5), '1235'],
  [format.significant(0), '0'],
  [format.axisFigure(0.02), '0.02'],
  [format.axisFigure(200), '200'],
  [format.duration(45.4), '45 s'],
  [format.duration(7322), '2 h 2 min'],
  [format.counted(1260, 'picture'), '1,260 pictures'],
  [format.counted(1, 'class', 'classes'), '1 class'],
  [format.megabytes(11_345_678), '11.3\u00a0MB'],
] as const) {
  t.test(`${expected} is how it is written`, async (t) => {
    t.equal(received, expected);
  });
}
