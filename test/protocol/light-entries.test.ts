import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

/** Fails the import of what is heavy, wherever it comes from. */
const HOOKS = `export async function resolve(specifier, context, next) {
  if (specifier.startsWith('typebox')) throw new Error('a schema library was loaded');
  return next(specifier, context);
}`;

for (const [module, loads] of [
  ['onnx/dist/session/inference-child.js', false],
  ['onnx/dist/training/training-child.js', false],
  ['onnx/dist/training/kernel-child.js', false],
  ['agent/dist/outbox/outbox-worker.js', false],
  ['control-plane/dist/store/write-worker.js', false],
  ['control-plane/dist/store/read-worker.js', false],
  ['control-plane/dist/database/database-worker.js', false],
  ['protocol/dist/index.js', true],
] as const) {
  t.test(`${module} loads ${loads ? 'the' : 'no'} schemas`, async (t) => {
    const url = new URL(`../../${module}`, import.meta.url).href;
    // Without the thread's data some end with another error: only that of the hooks counts.
    const program = `import { register } from 'node:module';
      register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(HOOKS)}`)});
      await import(${JSON.stringify(url)}).catch((error) => console.log(error.message));
      process.exit(0);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
    t.equal(stdout.includes('a schema library was loaded'), loads, stdout);
  });
}
