import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { edgeloop as run } from '../../stand/control-plane/edgeloop.ts';
import { COLOURS, writeColourPackage } from '../../stand/models/colour-package.ts';

t.setTimeout(120_000);

const base = mkdtempSync(join(tmpdir(), 'edgeloop-rollouts-cli-'));
t.teardown(() => rmSync(base, { recursive: true, force: true }));
const controlPlane = new ControlPlaneProcess([
  ...['--data', join(base, 'data'), '--samples-mark', '0B', '--detections-mark', '0B'],
]);
await controlPlane.start();
t.teardown(() => controlPlane.kill('SIGKILL'));
await controlPlane.post('/api/tasks', { task: 'parts', classes: COLOURS });
await controlPlane.enrol('door-1');
const edgeloop = (...args: string[]) => run(controlPlane, ...args);

t.test('a rollout from the command line: preview, plan, approval, orders', async (t) => {
  const folder = await writeColourPackage(join(base, 'package'));
  const pushed = await edgeloop('models', 'push', folder, '--task', 'parts', '--json');
  const { digest } = JSON.parse(pushed.stdout);
  const plan = ['--task', 'parts', '--model', digest.slice(0, 12), '--bake', '1min'];

  const preview = await edgeloop('rollouts', 'preview', ...plan);
  t.match(preview.stdout, /^wave 1\t0 devices\t/m, 'no device has said yet what runs in its slot');
  const created = await edgeloop('rollouts', 'create', ...plan, '--approval', '--json');
  const { rollout, state, plan: planned } = JSON.parse(created.stdout);
  t.equal(state, 'awaiting-approval');
  t.match(planned.waves, [
    { size: { count: 1 }, bakeMillis: 60_000 },
    { size: { percent: 100 }, bakeMillis: 60_000 },
  ]);
  t.match((await edgeloop('rollouts', 'list')).stdout, `${rollout}\t`);

  const own = await edgeloop('rollouts', 'approve', rollout.slice(0, 8));
  t.equal(own.code, 101, 'nobody approves what is their own');
  t.match(own.stderr, /\S/);
  const aborted = await edgeloop('rollouts', 'abort', rollout, '--reason', 'a test', '--yes');
  t.match(aborted.stdout, /\taborted\t/, aborted.stderr);
  const shown = await edgeloop('rollouts', 'show', rollout, '--watch');
  t.match(shown.stdout, /\tabort\twave 1\ttoken:first\t.*a test/);
  t.match(shown, { code: 105, stderr: /was aborted/ });
  t.match((await edgeloop('rollouts', 'devices', rollout, '--json')).stdout, /^{"devices":\[/);
});

t.test('what is no plan is told before anything is asked', async (t) => {
  const file = join(base, 'plan.json');
  writeFileSync(file, '{');
  for (const [args, said] of [
    [['create'], /Expected --model with --task, --configuration, or --plan/],
    [['create', '--plan', file], /Expected a plan as JSON for --plan/],
    [['create', '--bake', '1m'], /Expected a number with a unit/],
    [['create', '--wave', 'half'], /Expected devices, such as 1, or a share, such as 25%/],
    [['create', '--model', 'feed', '--task', 'parts'], /Expected 64 hexadecimal digits/],
  ] as const) {
    const { code, stderr } = await edgeloop('rollouts', ...args);
    t.not(code, 0);
    t.match(stderr, said);
  }
});
