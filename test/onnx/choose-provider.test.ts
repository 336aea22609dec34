import { chooseProvider } from '@edgeloop/onnx';
import t from 'tap';

type Probe = Awaited<ReturnType<NonNullable<Parameters<typeof chooseProvider>[2]>['probe']>>;

const gpu: Probe = { there: true, hardware: true };
const software: Probe = { there: true, hardware: false };
const none: Probe = { there: false, why: 'its library is not installed' };

const machine = (cuda: Probe, webgpu: Probe, hasGpu = true) => ({
  hasGpu: () => hasGpu,
  probe: async (provider: string) => (provider === 'cuda' ? cuda : webgpu),
});

const chosen = [
  ['CUDA first', 'auto', machine(gpu, gpu), 'cuda', 'Training on CUDA'],
  [
    ...['then WebGPU', 'auto', machine(none, gpu), 'webgpu'],
    'Training on WebGPU (CUDA: its library is not installed)',
  ],
  [
    ...['then the CPU', 'auto', machine(none, software), 'cpu'],
    'Training on the CPU (CUDA: its library is not installed; WebGPU: a software driver only)',
  ],
  [
    ...['nothing is tried without a GPU', 'auto', machine(gpu, gpu, false), 'cpu'],
    'Training on the CPU (this machine has no GPU)',
  ],
  ['by name', 'cpu', machine(gpu, gpu), 'cpu', 'Training on the CPU (as asked for)'],
  ['by name', 'webgpu', machine(gpu, gpu), 'webgpu', 'Training on WebGPU, as asked for'],
] as const;

for (const [name, choice, on, provider, reason] of chosen as readonly (readonly [
  string,
  Parameters<typeof chooseProvider>[0],
  ReturnType<typeof machine>,
  string,
  string,
])[]) {
  t.test(`${choice}: ${name}: ${reason}`, async (t) => {
    t.same(await chooseProvider(choice, 'float32', on), { provider, reason });
  });
}

const refused = [
  ['cuda', 'float32', machine(none, gpu), /not installed\. Install it with `ONNXRUNTIME_NODE_/],
  ['webgpu', 'float32', machine(gpu, none), /Install libvulkan1 .*VK_ICD_FILENAMES/],
  ['cpu', 'mixed', machine(gpu, gpu), /mixed precision, received the CPU.*--precision float32/],
  ['auto', 'mixed', machine(none, none), /mixed precision, received the CPU/],
] as const;

for (const [choice, precision, on, message] of refused) {
  t.test(`${choice} in ${precision} precision is refused where it is not there`, async (t) => {
    await t.rejects(chooseProvider(choice, precision, on), { code: 'PROVIDER_MISSING', message });
  });
}

t.test('a driver that cannot be loaded is an answer', async (t) => {
  process.env.VK_ICD_FILENAMES = '/nowhere.json';
  await t.rejects(chooseProvider('webgpu', 'float32'), { code: 'PROVIDER_MISSING' });
  await t.rejects(chooseProvider('cuda', 'float32'), { code: 'PROVIDER_MISSING' });
});
