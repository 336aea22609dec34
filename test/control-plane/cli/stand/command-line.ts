import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { ControlPlaneProcess } from '../../../stand/control-plane/control-plane-process.ts';
import { type HereOptions, runHere } from './run-here.ts';

/**
 * A control plane of its own, and `edgeloop` within this process, which asks it with the token that
 * may do everything.
 */
export async function openCommandLine(t: Pick<Test, 'teardown'>) {
  const base = mkdtempSync(join(tmpdir(), 'edgeloop-commands-'));
  t.teardown(() => rmSync(base, { recursive: true, force: true }));
  const path = (...names: string[]) => join(base, ...names);
  const controlPlane = new ControlPlaneProcess([
    ...['--data', path('data'), '--samples-mark', '0B', '--detections-mark', '0B'],
  ]);
  await controlPlane.start();
  t.teardown(() => controlPlane.kill('SIGKILL'));
  const server = `http://127.0.0.1:${controlPlane.apiPort}`;
  const env = { EDGELOOP_SERVER: server, EDGELOOP_TOKEN: controlPlane.token };

  const as = (options: HereOptions, ...args: string[]) =>
    runHere({ env, home: base, ...options }, ...args);
  const edgeloop = (...args: string[]) => as({}, ...args);
  /** Of a command that must succeed. */
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await edgeloop(...args, '--json');
    if (code !== 0) throw new Error(`${args.join(' ')}: ${code} ${stderr}`);
    return JSON.parse(stdout);
  };
  return { controlPlane, server, env, path, as, edgeloop, json };
}
