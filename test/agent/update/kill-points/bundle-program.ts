import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The program in one file, which Node reads in a moment. @returns its path */
export async function bundleProgram(folder: string): Promise<string> {
  const outfile = join(folder, 'updating.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./updating-process.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    conditions: ['edgeloop-source'],
    // Of packages that are not modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins: [WITHOUT_NATIVE_CODE],
  });
  return outfile;
}

/** No picture is decoded, and no model run, in that process. */
const WITHOUT_NATIVE_CODE = {
  name: 'without native code',
  setup(build: import('esbuild').PluginBuild) {
    build.onResolve({ filter: /^(sharp|onnxruntime-node)$/ }, ({ path }) => ({
      path,
      namespace: 'absent',
    }));
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents: 'module.exports = new Proxy({}, { get: () => () => {} })',
    }));
  },
};
