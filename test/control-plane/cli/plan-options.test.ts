import type { Sha256, SlotId, TaskId } from '@edgeloop/protocol';
import { Command } from 'commander';
import t from 'tap';
import {
  type PlanOptions,
  planOf,
  withPlan,
} from '../../../control-plane/src/cli/rollouts/plan-options.ts';

const options: PlanOptions = { plan: '/nowhere' };
const unasked = () => Promise.reject(new Error('no model is asked for'));

t.test('what is said beside --plan is refused, and not dropped', async (t) => {
  const said = { approval: true, wave: [{ count: 1 }] };
  await t.rejects(planOf({ ...options, ...said }, unasked), {
    code: 'OPTION_INVALID',
    message: /--approval and --wave/,
  });
  await t.rejects(planOf({ ...options, slot: 'cam2' as SlotId }, unasked), {
    code: 'OPTION_INVALID',
    message: /received --slot beside it/,
  });
});

t.test('one thing goes out: what is of a model is refused beside a configuration', async (t) => {
  const configuration: PlanOptions = { configuration: 3 };
  t.match(await planOf(configuration, unasked), {
    cargo: { kind: 'configuration', version: 3 },
    waves: [{ size: { count: 1 } }, { size: { percent: 100 } }],
  });
  for (const said of [{ model: 'abc' }, { task: 'parts' as TaskId }, { slot: 'cam2' as SlotId }]) {
    await t.rejects(planOf({ ...configuration, ...said }, unasked), {
      code: 'OPTION_INVALID',
      message: `received --${Object.keys(said)[0]} beside --configuration`,
    });
  }
});

t.test('a model goes into the slot that is said, else into main', async (t) => {
  const model: PlanOptions = { model: 'abc', task: 'parts' as TaskId };
  const found = async () => 'abcdef' as Sha256;
  t.match(await planOf(model, found), { cargo: { kind: 'model', slot: 'main', model: 'abcdef' } });
  t.match(await planOf({ ...model, slot: 'cam2' as SlotId }, found), { cargo: { slot: 'cam2' } });
});

t.test('the help says what holds where nothing is said', (t) => {
  const help = withPlan(new Command()).helpInformation().replaceAll(/\s+/g, ' ');
  for (const said of ['--wave', '--bake', '--slot', '--priority']) {
    t.match(help, new RegExp(`${said} [^-]*\\(default: [^\\[]`));
  }
  t.notMatch(help, '[]');
  t.end();
});

t.test('a wave is of devices, or of a share of them', async (t) => {
  const sizeOf = (wave: string) => {
    const command = withPlan(new Command())
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    return command.parse(['--wave', wave], { from: 'user' }).opts().wave;
  };
  t.same(['2', '12.5%', '100%'].flatMap(sizeOf), [
    { count: 2 },
    { percent: 12.5 },
    { percent: 100 },
  ]);
  for (const wave of ['200%', '0%']) t.throws(() => sizeOf(wave), /above 0% and at most 100%/);
  t.throws(() => sizeOf('all'), /devices, such as 1, or a share/);
});

t.test('a plan that is not there', async (t) => {
  await t.rejects(planOf(options, unasked), { code: 'OPTION_INVALID', message: /ENOENT/ });
});
