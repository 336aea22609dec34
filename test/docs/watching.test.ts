import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse } from 'yaml';
import { freePort } from '../../start/src/free-port.ts';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { until } from '../stand/until.ts';

t.setTimeout(280_000);
/** CI must have it. */
const promtoolMissing =
  process.env.CI !== 'true' &&
  spawnSync('promtool', ['--version']).status !== 0 &&
  'needs promtool (Debian: prometheus)';

const folder = fileURLToPath(new URL('../../docs/watching/', import.meta.url));
const file = (name: string) => readFileSync(join(folder, name), 'utf8');
interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
}
const rules = (parse(file('alerts.yaml')) as Rules).groups.flatMap(({ rules }) => rules);
/** Every `expr` of the dashboard, however deep. */
const expressions: string[] = [];
JSON.parse(file('grafana-dashboard.json'), (key, value) => {
  if (key === 'expr') expressions.push(value as string);
  return value;
});
/** Names of metrics within PromQL: what is ours, or the process's own. */
const namesIn = (text: string) => text.match(/\b(?:edgeloop|process|nodejs)_[a-z0-9_]+/g) ?? [];
/** What a scrape gives: the names of its series. */
const seriesIn = (text: string) =>
  new Set(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(/[{ ]/)[0] as string),
  );
/** Metrics of which there is no series before something happened that a test does not wait for. */
const described = (text: string) =>
  new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name as string));

t.test('what dashboard and alerts ask for is there', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const controlPlane = new ControlPlaneProcess(['--data', data]);
  await controlPlane.start();
  const { password } = await controlPlane.enrol('pi-1');
  const agents = await AgentFolder.create();
  const port = await freePort();
  const config = await agents.configure(controlPlane.url, {
    broker: { url: controlPlane.url, username: 'pi-1', password },
    server: { url: `http://127.0.0.1:${controlPlane.apiPort}` },
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'synthetic', interval: '50ms' },
        decide: { mode: 'frame' },
      },
    },
    http: { port },
    health: { interval: '200ms' },
  });
  const agent = new AgentProcess(['run', '--config', config]);
  const { child: trainer, said } = startTrainer(controlPlane, data);
  t.teardown(async () => {
    trainer.kill('SIGKILL');
    await agent.kill('SIGKILL');
    await controlPlane.kill('SIGKILL');
    await agents.remove();
    rmSync(data, { recursive: true, force: true });
  });
  const ofAgent = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => null);
    return (await response?.text()) ?? '';
  };
  await until(async () => /pictures_total\{outcome="sent"\} [1-9]/.test(await ofAgent()));
  await until(() => said().some(({ msg }) => msg.startsWith('Asking for jobs')));
  const address = said()
    .find(({ msg }) => msg.startsWith('Metrics: '))
    ?.msg.split(' ')[1];
  const scraped = [
    await (await controlPlane.fetch('/metrics')).text(),
    await ofAgent(),
    await (await fetch(String(address))).text(),
  ];
  const there = new Set(scraped.flatMap((text) => [...seriesIn(text), ...described(text)]));
  const asked = [...rules.map(({ expr }) => expr), ...expressions];
  t.ok(asked.length > 50, `${asked.length} expressions`);
  for (const expression of asked) {
    const names = namesIn(expression);
    t.ok(names.length > 0 || expression.startsWith('up{'), `it asks for something: ${expression}`);
    t.same(
      names.filter((name) => !there.has(name)),
      [],
      expression,
    );
  }
  for (const [i, text] of scraped.entries()) {
    const own = [...described(text)].filter((name) => name.startsWith('edgeloop_'));
    t.same(
      own.filter((name) => /(milli|micro|kilo|mega|percent|minutes|hours|_ms)/.test(name)),
      [],
      'base units alone',
    );
    t.ok(own.length > 8, `process ${i} has ${own.length} metrics`);
    if (promtoolMissing) continue;
    const { stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    const lint = stderr.split('\n').filter((line) => line.startsWith('edgeloop_'));
    t.same(lint, [], "Prometheus' own conventions");
  }
});

t.test('each alert says what is wrong, and what to do', async (t) => {
  t.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert, annotations } of rules) {
    t.match(alert, /^Edgeloop[A-Z]\w+$/);
    t.match(annotations, { summary: /\w/, description: /\w.*[.?]$/ });
  }
});

t.test(
  'Prometheus takes the rules, and they fire when they should',
  { skip: promtoolMissing },
  async (t) => {
    const promtool = (...args: string[]) =>
      execFileSync('promtool', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    t.match(promtool('check', 'rules', 'alerts.yaml'), /SUCCESS/);
    t.match(promtool('test', 'rules', 'alerts.test.yaml'), /SUCCESS/);
    const checked = mkdtempSync(join(tmpdir(), 'promtool-'));
    t.teardown(() => rmSync(checked, { recursive: true, force: true }));
    // What Grafana puts in for its own variables.
    const plain = (expr: string) =>
      expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*');
    const records = expressions.map((expr, i) => ({ record: `dashboard:${i}`, expr: plain(expr) }));
    const path = join(checked, 'dashboard.yaml');
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'dashboard', rules: records }] }));
    t.match(promtool('check', 'rules', path), new RegExp(`${expressions.length} rules found`));
    const config = file('prometheus.yaml').replace(
      '- alerts.yaml',
      `- ${join(folder, 'alerts.yaml')}`,
    );
    writeFileSync(join(checked, 'prometheus.yml'), config);
    t.match(
      promtool('check', 'config', '--syntax-only', join(checked, 'prometheus.yml')),
      /SUCCESS/,
    );
  },
);

/** A trainer that waits for work, and what it has said, each a line of JSON. */
function startTrainer(controlPlane: ControlPlaneProcess, data: string) {
  const token = join(data, 'trainer-token');
  writeFileSync(token, controlPlane.token);
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...[PROGRAMS.trainer, 'work', '--server', `http://127.0.0.1:${controlPlane.apiPort}`],
      ...['--token-file', token, '--work', join(data, 'jobs'), '--provider', 'cpu'],
      ...['--metrics-port', '0', '--log-format', 'json'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const said = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { level: number; msg: string });
  return { child, said };
}
