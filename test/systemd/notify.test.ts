import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { type Notification, NotifySocket, pythonMissing } from '../stand/machine/notify-socket.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { until } from '../stand/until.ts';

t.setTimeout(280_000);

const fed = ({ assignments }: Notification) => assignments.includes('WATCHDOG=1');
const statusOf = ({ assignments }: Notification) =>
  assignments.find((one) => one.startsWith('STATUS='))?.slice('STATUS='.length) ?? null;

t.test(
  'the agent says when it runs, feeds the watchdog while frames are classified, and says when it ends',
  { skip: pythonMissing },
  async (t) => {
    const socket = await NotifySocket.open();
    const folder = await AgentFolder.create();
    await folder.addPictures(['red', 'green', 'blue']);
    const source = { kind: 'directory', path: 'pictures', loop: true, interval: '50ms' };
    // No broker: results wait in the outbox, and that is work, too.
    const config = await folder.configure('mqtt://127.0.0.1:1', {
      cameras: {
        cam0: { slot: 'main', source, decide: { mode: 'frame' }, noFrameTimeout: '300ms' },
      },
    });
    const agent = new AgentProcess(['run', '--config', config], socket.service(1000));
    t.teardown(async () => {
      await agent.kill('SIGKILL');
      await folder.remove();
      socket.close();
    });
    const { told } = socket;
    await until(() =>
      told.some((one) => fed(one) && /^[1-9]\d* frames? /.test(statusOf(one) ?? '')),
    );
    t.same(told[0]?.assignments, ['READY=1'], 'first of all');

    const pictures = join(folder.path, 'pictures');
    await rename(pictures, `${pictures}-away`);
    await until(() => !fed(told.at(-1) as Notification));
    t.match(statusOf(told.at(-1) as Notification), /camera cam0: no frame was classified/);
    const starved = told.length;
    await until(() => told.length >= starved + 6);
    t.same(told.slice(starved).filter(fed), [], 'longer than the watchdog waits');
    t.match(agent.stdout, /The watchdog is not fed: /);

    await rename(`${pictures}-away`, pictures);
    await until(() => fed(told.at(-1) as Notification));
    t.same(await agent.kill('SIGTERM'), { code: 0, signal: null });
    await until(() => socket.has('STOPPING=1'));
    t.match(told.at(-1)?.assignments, ['STOPPING=1', 'STATUS=Ending: SIGTERM'], 'last of all');
    t.same([...new Set(told.map(({ pid }) => pid))], [agent.pid], 'NotifyAccess=main is enough');
  },
);

t.test(
  'the control plane and the trainer do so while they answer, and ask',
  { skip: pythonMissing },
  async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'control-plane-'));
    const [ofControlPlane, ofTrainer] = [await NotifySocket.open(), await NotifySocket.open()];
    const children: ChildProcess[] = [];
    t.teardown(() => {
      for (const child of children) child.kill('SIGKILL');
      for (const socket of [ofControlPlane, ofTrainer]) socket.close();
      rmSync(data, { recursive: true, force: true });
    });
    const start = (socket: NotifySocket, args: readonly string[]) => {
      const { launcher, env } = socket.service(1000);
      const [program, ...all] = [...launcher, process.execPath, ...args];
      const child = spawn(program as string, all, {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, ...env },
      });
      children.push(child);
      return child;
    };
    const ports = ['--port', '0', '--mqtt-port', '0'];
    const controlPlane = start(ofControlPlane, [
      ...[PROGRAMS.controlPlane, 'run', '--data', data, ...ports],
    ]);
    const [ready] = await once(createInterface({ input: controlPlane.stdout! }), 'line');
    const { apiPort, tokenFile } = JSON.parse(ready as string);
    const trainer = start(ofTrainer, [
      ...[PROGRAMS.trainer, 'work', '--server', `http://127.0.0.1:${apiPort}`, '--provider', 'cpu'],
      ...['--token-file', tokenFile, '--work', join(data, 'jobs')],
    ]);
    for (const [socket, child, status] of [
      [ofControlPlane, controlPlane, 'No device is known'],
      [ofTrainer, trainer, 'Asks for jobs'],
    ] as const) {
      await until(() => socket.told.filter(fed).length >= 2);
      t.same(socket.told[0]?.assignments, ['READY=1']);
      t.equal(statusOf(socket.told.at(-1) as Notification), status);
      t.same([...new Set(socket.told.map(({ pid }) => pid))], [child.pid]);
    }
    for (const [socket, child] of [
      [ofTrainer, trainer],
      [ofControlPlane, controlPlane],
    ] as const) {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await until(() => socket.has('STOPPING=1'));
      t.same(socket.told.at(-1)?.assignments[0], 'STOPPING=1', 'last of all');
    }
  },
);
