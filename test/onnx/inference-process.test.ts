import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataType, encodeModel, InferenceProcess } from '@edgeloop/onnx';
import { millis, seconds, type TensorPlan } from '@edgeloop/protocol';
import t from 'tap';
import { startedBy } from '../stand/machine/children.ts';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-inference-'));
t.teardown(() => rm(folder, { recursive: true }));

/** Pictures of one pixel, whose colours go in as they are. */
const plan = {
  type: 'float32',
  layout: 'NCHW',
  mean: [0, 0, 0],
  std: [1 / 255, 1 / 255, 1 / 255],
} as const satisfies TensorPlan;
const pixel = { crops: [Uint8Array.of(1, 5, 7)], size: 1, plan };

type Graph = NonNullable<Parameters<typeof encodeModel>[0]['graph']>;

/** A file with a model of one operator. @param size of the picture that goes in */
async function modelOf(
  name: string,
  size: number,
  parts: Pick<Graph, 'node' | 'initializer'>,
): Promise<string> {
  const dim = [1, 3, size, size].map((dimValue) => ({ dimValue }));
  const type = { tensorType: { elemType: DataType.FLOAT, shape: { dim } } };
  const input = [{ name: 'input', type }];
  const output = [{ name: 'logits', type }];
  const model = encodeModel({
    irVersion: 8,
    opsetImport: [{ version: 17 }],
    graph: { name, input, output, ...parts },
  });
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, model);
  return path;
}

/** `logits = input · factor` */
const times = (factor: number) =>
  modelOf(`${factor}`, 1, {
    node: [{ opType: 'Mul', input: ['input', 'factor'], output: ['logits'] }],
    initializer: [{ name: 'factor', dims: [1], dataType: DataType.FLOAT, floatData: [factor] }],
  });

const eachPixel = (opType: string, size: number) =>
  modelOf(opType, size, { node: [{ opType, input: ['input'], output: ['logits'] }] });

const noSmaps = !existsSync('/proc/self/smaps_rollup') && 'needs smaps_rollup of Linux';

const torn = join(folder, 'torn.onnx');
await writeFile(torn, 'no model');

t.test('a process takes another model, in turn with the runs', async (t) => {
  const [twice, thrice] = [await times(2), await times(3)];
  const session = new InferenceProcess({ modelPath: twice, threads: 1, deadline: seconds(20) });
  t.teardown(() => session.close());
  await session.start();
  const run = async () => {
    const { outputs } = await session.run(pixel);
    return Array.from(outputs.logits?.data ?? [], Math.round);
  };
  const [before, , after] = await Promise.all([run(), session.load(thrice), run()]);
  t.same(before, [2, 10, 14]);
  t.same(after, [3, 15, 21]);
  t.equal(session.restarts, 0, 'the process is the same');

  await t.rejects(session.load(torn), { code: 'ONNX_INVALID', message: /torn\.onnx/ });
  await t.rejects(run(), { code: 'ONNX_INVALID' }, 'it does not go on with the one before');
  await session.load(twice);
  t.same(await run(), [2, 10, 14]);
  await t.rejects(session.run({ ...pixel, size: 2 }), {
    code: 'SESSION_FAILED',
    message: /Expected 12 bytes/,
  });
  t.same(await run(), [2, 10, 14], 'nothing of it was sent');
});

t.test('64 cameras may share a model, with two frames of each in it; more wait not', async (t) => {
  const modelPath = await times(2);
  const session = new InferenceProcess({ modelPath, threads: 1, deadline: seconds(20) });
  t.teardown(() => session.close());
  await session.start();
  const runs = Array.from({ length: 140 }, () => session.run(pixel));
  const ended = await Promise.allSettled(runs);
  const refused = ended.flatMap((run) => (run.status === 'rejected' ? [run.reason] : []));
  t.ok(ended.slice(0, 128).every(({ status }) => status === 'fulfilled'));
  t.ok(refused.length > 0);
  t.match(refused[0], { code: 'SESSION_FAILED', message: /at most 128 runs to wait/ });
});

t.test('a process takes no more memory after thousands of runs', { skip: noSmaps }, async (t) => {
  const modelPath = await times(2);
  const session = new InferenceProcess({ modelPath, threads: 1, deadline: seconds(20) });
  t.teardown(() => session.close());
  const pid = await startedBy(() => session.start());
  const memory: number[] = [];
  for (let pairs = 1; pairs <= 6000; pairs++) {
    await Promise.all([session.run(pixel), session.run(pixel)]);
    if (pairs % 1500 !== 0) continue;
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    memory.push(Number(/Anonymous: +(\d+)/.exec(text)?.[1]));
  }
  const most = Math.max(...memory.slice(1));
  t.ok(most < (memory[0] as number) + 2000, `KiB: ${memory.join(', ')}`);
});

const noSchedstat = !existsSync('/proc/self/schedstat') && 'needs schedstat of Linux';

/** What all threads of a process have taken of the processor so far, in ms. */
function processorTime(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, thread) => {
    const [nanoseconds] = readFileSync(join(tasks, thread, 'schedstat'), 'utf8').split(' ');
    return sum + Number(nanoseconds) / 1e6;
  }, 0);
}

t.test('threads of a run that is over look for no more', { skip: noSchedstat }, async (t) => {
  // What is large enough that both threads have some of it.
  const size = 256;
  const modelPath = await eachPixel('Tanh', size);
  const session = new InferenceProcess({ modelPath, threads: 2, deadline: seconds(20) });
  t.teardown(() => session.close());
  const pid = await startedBy(() => session.start());
  const crops = [new Uint8Array(3 * size ** 2)];
  const idle: number[] = [];
  for (let run = 0; run < 5; run++) {
    await session.run({ crops, size, plan });
    const before = processorTime(pid);
    await delay(100);
    idle.push(processorTime(pid) - before);
  }
  t.ok(Math.min(...idle) < 3, `ms in 100 without a run: ${idle.map((it) => it.toFixed(1))}`);
});

t.test(
  'a run that waited while another was given up, or crashed, goes to the next process',
  async (t) => {
    const deadline = millis(500);
    const session = new InferenceProcess({ modelPath: await times(2), threads: 1, deadline });
    t.teardown(() => session.close());
    let pid = await startedBy(() => session.start());
    const logits = async () => {
      const { outputs } = await session.run(pixel);
      return Array.from(outputs.logits?.data ?? [], Math.round);
    };
    const ends: readonly [() => unknown, string][] = [
      [() => {}, 'SESSION_DEADLINE'],
      [() => process.kill(pid, 'SIGKILL'), 'SESSION_FAILED'],
    ];
    for (const [end, code] of ends) {
      process.kill(pid, 'SIGSTOP');
      pid = await startedBy(async () => {
        const [first, second, third] = [logits(), logits(), logits()];
        // Until both that may be are on their way.
        await delay(50);
        end();
        await t.rejects(first, { code });
        const right = [2, 10, 14];
        t.same(await Promise.all([second, third]), [right, right]);
      });
    }
    t.equal(session.restarts, 2);
  },
);
