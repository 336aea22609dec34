import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { SpeedCase } from './cases.ts';

export interface Limits {
  /** The folder that unpack.sh filled. */
  readonly trees: string;
  readonly limitSeconds: number;
}

export type Outcome = Readonly<Record<string, unknown>> & { readonly error?: string };

/**
 * Runs one of the programs beside this file with a case, in a process group of its own that ends
 * with the limit.
 */
export function runCase(
  program: 'speed' | 'agreement' | 'profile',
  of: SpeedCase,
  { trees, limitSeconds }: Limits,
): Promise<Outcome> {
  const script = join(trees, of.tree, 'bench/gpu', `${program}.ts`);
  // CUDA's libraries honour it, whatever the runtime asks them for.
  const env = of.tf32 ? process.env : { ...process.env, NVIDIA_TF32_OVERRIDE: '0' };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, script, JSON.stringify(of)], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, errors, late] = ['', '', false];
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      errors += text;
    });
    const timer = setTimeout(() => {
      late = true;
      // The engine's own child too.
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    }, limitSeconds * 1000);
    child.on('close', (code) => {
      clearTimeout(timer);
      const line = output.trim().split('\n').at(-1) ?? '';
      if (code === 0 && line.startsWith('{')) return resolve(JSON.parse(line));
      resolve({ error: late ? `not done within ${Math.round(limitSeconds)} s` : gist(errors) });
    });
  });
}

/** What went wrong, in a line, without colours, stack and the place in the runtime's sources. */
function gist(errors: string): string {
  const lines = errors
    .replaceAll(String.fromCharCode(27), '')
    .split('\n')
    .filter((line) => /error/i.test(line) && !/^\s+at |new OnnxError/.test(line))
    .map((line) => line.replace(/^.*(\[ONNXRuntimeError\]|Status Message:)/, '').trim());
  return [...new Set(lines)].join(' | ').slice(0, 600) || errors.trim().slice(-300) || 'no word';
}
