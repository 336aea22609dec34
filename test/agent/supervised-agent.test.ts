import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LogTail } from '@edgeloop/daemon';
import { epochMillis, millis, parseId, timestamp } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { lockState } from '../../agent/src/state/lock-state.ts';
import { SupervisedAgent } from '../../agent/src/supervised-agent.ts';
import { freePort } from '../../start/src/free-port.ts';
import { AgentFolder } from '../stand/agent/agent-process.ts';
import { Mosquitto, mosquittoMissing } from '../stand/broker/mosquitto.ts';
import { startedBy } from '../stand/machine/children.ts';

t.setTimeout(60_000);
const TRIAL = {
  format: 1,
  kept: null,
  verdict: null,
  past: [],
  trial: {
    chosen: { version: 1, settings: { health: { interval: '10s' } } },
    since: timestamp(epochMillis(0)),
    boots: 0,
  },
};

/** A pipe to write to, once somebody reads from it. */
async function openForReader(path: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      await delay(20);
    }
  }
}

function createAgent(path: string, text: string, onFailed: (error: Error) => void) {
  const log = pino({ level: 'silent' });
  return new SupervisedAgent({
    source: { path, text },
    log,
    onFailed,
    waitsForPort: false,
    surroundings: () => ({
      log,
      version: '0.0.0',
      logTail: new LogTail(),
      restart: null,
      random: Math.random,
      bootId: parseId('boot', randomUUID()),
      startedSlots: new Set(),
      clock: { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) },
      newId: () => randomUUID() as never,
      agentFile: () => null,
    }),
  });
}

t.test(
  'closed while it starts, nothing of it runs afterwards, and what was on trial still is',
  { skip: mosquittoMissing },
  async (t) => {
    const folder = await AgentFolder.create();
    const broker = new Mosquitto();
    await broker.start();
    t.teardown(async () => {
      await broker.close();
      await folder.remove();
    });
    const heard = await broker.listen();
    // Whoever reads from a pipe waits for the end of who writes to it: so long the start is held
    // up.
    const ca = join(folder.path, 'ca.pem');
    execFileSync('mkfifo', [ca]);
    const port = await freePort();
    const path = await folder.configure(broker.url, {
      cameras: { cam0: { slot: 'main', source: { kind: 'synthetic' } } },
      broker: { url: broker.url, username: 'pi-1', password: 'secret' },
      http: { port },
      server: { url: 'https://edgeloop.lan', ca },
      sampling: 'off',
      pictures: 'off',
      log: { level: 'error' },
    });
    const state = join(folder.path, 'state');
    lockState(state)();
    const configuration = join(state, 'configuration.json');
    await writeFile(configuration, JSON.stringify(TRIAL));
    const failures: Error[] = [];
    const agent = createAgent(path, await readFile(path, 'utf8'), (error) => failures.push(error));
    const started = agent.start().then(
      () => 'runs',
      ({ name }: Error) => name,
    );
    const pipe = await openForReader(ca);
    let closed = false;
    const closing = agent.close().then(() => {
      closed = true;
    });
    await delay(100);
    t.notOk(closed, 'it waits for the part that is just starting');
    await pipe.close();
    await closing;
    t.equal(await started, 'AbortError');
    lockState(state)();
    await t.rejects(fetch(`http://127.0.0.1:${port}/healthz`));
    await delay(500);
    await t.rejects(fetch(`http://127.0.0.1:${port}/healthz`), 'nor later');
    t.same(heard, [], 'the broker has heard nothing of it');
    t.match(JSON.parse(await readFile(configuration, 'utf8')), {
      trial: { boots: 1 },
      verdict: null,
    });
    t.same(failures, []);
  },
);

t.test(
  'closed while a model loads, it does not wait for that, and the model is not lost',
  async (t) => {
    const folder = await AgentFolder.create();
    t.teardown(() => folder.remove());
    const path = await folder.configure('mqtt://127.0.0.1:1');
    const failures: Error[] = [];
    const agent = createAgent(path, await readFile(path, 'utf8'), (error) => failures.push(error));
    let started = Promise.resolve('never');
    const pid = await startedBy(async () => {
      started = agent.start().then(
        () => 'runs',
        ({ name }: Error) => name,
      );
    }, 'inference-child');
    // As on a card that gives a byte now and then: it may take a minute.
    process.kill(pid, 'SIGSTOP');
    const begun = performance.now();
    await agent.close();
    t.ok(performance.now() - begun < 5_000);
    t.equal(await started, 'AbortError');
    t.throws(() => process.kill(pid, 0), { code: 'ESRCH' }, 'its process has gone');
    await t.rejects(stat(join(folder.path, 'state', 'models', 'main', 'update.json')), {
      code: 'ENOENT',
    });
    t.same(failures, []);
  },
);
