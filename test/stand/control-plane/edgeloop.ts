import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { PROGRAMS } from '../programs.ts';
import type { ControlPlaneProcess } from './control-plane-process.ts';

/** The operator's command line, as a process of its own. */
export async function edgeloop(
  { apiPort, token }: Pick<ControlPlaneProcess, 'apiPort' | 'token'>,
  ...args: string[]
) {
  const server = `http://127.0.0.1:${apiPort}`;
  const child = spawn(process.execPath, [PROGRAMS.edgeloop, ...args], {
    env: { ...process.env, EDGELOOP_SERVER: server, EDGELOOP_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, stdout, stderr };
}
