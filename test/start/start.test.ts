import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { mosquittoMissing } from '../stand/broker/mosquitto.ts';
import { notLong } from '../stand/long.ts';
import { until } from '../stand/until.ts';

// The first start trains a model.
t.setTimeout(600_000);

const MAIN = fileURLToPath(new URL('../../start/dist/main.js', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'edgeloop-start-'));
t.teardown(() => rmSync(data, { recursive: true, force: true }));

class Start {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(...args: string[]) {
    // One core: other tests have the other.
    const any = ['--data', data, '--port', '0', '--mqtt-port', '0', '--threads', '1'];
    this.child = spawn(process.execPath, [MAIN, ...any, ...args], { stdio: 'pipe' });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
  }

  async ended(): Promise<number | null> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }
}

/** Processes that were started with our data folder and still run. */
function left(): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
      } catch {
        return false;
      }
    });
}

t.test('Ctrl-C while it trains ends the training, and leaves nothing half done', async (t) => {
  const start = new Start();
  t.teardown(() => start.child.kill('SIGKILL'));
  await until(() => start.stderr.includes('pictures to train'));
  t.match(start.stderr, /Drawing 1400 labelled pictures/);
  start.child.kill('SIGINT');
  t.equal(await start.ended(), 0);
  t.same(left(), []);
  const models = join(data, 'models');
  const files = existsSync(models) ? readdirSync(models, { recursive: true }) : [];
  const begun = /^starter-[0-9a-f]+\.run(\/|$)/;
  t.same(
    files.filter((file) => !begun.test(String(file))),
    [],
    'no package, nor a part of one',
  );
  t.notMatch(start.stderr, /--resume/, 'npm start has no such option');
  const farewell = `What it stored is in ${relative(process.cwd(), data)}; npm start -- --data `;
  t.ok(start.stderr.includes(farewell), 'it says where everything is');
});

t.test('the first start trains the starter model; every result is stored', async (t) => {
  const start = new Start('--once', '--json');
  t.equal(await start.ended(), 0, start.stderr.slice(-1000));
  t.match(start.stderr, /Training the starter model/);
  const figures = JSON.parse(start.stdout.trim().split('\n').at(-1) as string);
  t.match(figures, {
    devices: 3,
    framesCaptured: 300,
    framesClassified: 300,
    detectionsPublished: 300,
    detectionsStored: 300,
    lost: 0,
    trainAccuracy: Number,
    seconds: Number,
  });
  t.ok(figures.testAccuracy >= 0.95, `accuracy ${figures.testAccuracy}`);
  t.ok(Math.abs(figures.testAccuracy - figures.int8TestAccuracy) <= 0.01, 'INT8 as good as FP32');
  t.ok(figures.int8Bytes <= 0.27 * figures.fp32Bytes, 'a quarter of the size');
  await until(() => left().length === 0);
});

t.test('again, from the cache, on top of what is stored', async (t) => {
  const start = new Start('--once', '--json');
  t.equal(await start.ended(), 0, start.stderr.slice(-1000));
  t.notMatch(start.stderr, /Training/);
  const figures = JSON.parse(start.stdout.trim());
  t.match(figures, { detectionsPublished: 300, detectionsStored: 300, lost: 0 });
});

/** Of who listens, as the first start that stayed printed it. */
let password = '';

t.test('runs until Ctrl-C, and leaves no process', { skip: mosquittoMissing }, async (t) => {
  const start = new Start();
  t.teardown(() => start.child.kill('SIGKILL'));
  await until(() => start.stdout.includes('Ctrl-C ends all of it.'));
  const [, file, url] = /curl -H .*\$\(cat (.+?)\)" (\S+)/.exec(start.stdout) ?? [];
  const headers = { authorization: `Bearer ${readFileSync(String(file), 'utf8').trim()}` };
  const answer = await fetch(String(url), { headers });
  const { devices } = (await answer.json()) as { devices: object[] };
  t.match(devices, [
    { device: 'line-1', state: 'online' },
    { device: 'line-2', state: 'online' },
    { device: 'line-3', state: 'online' },
  ]);
  const [, another] = /for another: (.*)/.exec(start.stdout) ?? [];
  const link = spawnSync('sh', ['-c', String(another)], { encoding: 'utf8' });
  t.match(link.stdout, /http:\/\/127\.0\.0\.1:\d+\/\S+/, link.stderr);
  const [, variables, edgeloop] =
    /terminal +(export .*); alias edgeloop='(.*)'/.exec(start.stdout) ?? [];
  const listing = `${variables}; ${edgeloop} devices list`;
  const listed = spawnSync('sh', ['-c', listing], { encoding: 'utf8' });
  t.match(listed.stdout, /line-1.*line-2.*line-3/s, listed.stderr);
  const commands = `${new URL(String(url)).origin}/api/devices/line-1/commands`;
  const asked = await fetch(commands, {
    method: 'POST',
    body: JSON.stringify({ command: 'restart' }),
    headers: { ...headers, 'content-type': 'application/json' },
  });
  const { id } = (await asked.json()) as { id: string };
  const state = async () => {
    const command = await fetch(`${commands}/${id}`, { headers });
    return ((await command.json()) as { state: string }).state;
  };
  await until(async () => (await state()) === 'done');
  const [, line] = /(mosquitto_sub .*)/.exec(start.stdout) ?? [];
  const heard = spawnSync('sh', ['-c', `${line} -C 1 -W 30`], { encoding: 'utf8' });
  const keeps = join(data, 'viewer.json');
  t.equal(statSync(keeps).mode & 0o777, 0o600, "the listener's password is its owner's alone");
  password = JSON.parse(readFileSync(keeps, 'utf8')).password;
  t.ok(line?.includes(` -P ${password} `));
  t.match(
    heard.stdout,
    /^edgeloop\/v1\/demo\/line-\d\/detections\/cam0 \{.*"type":"(new|update|end)"/,
  );
  start.child.kill('SIGINT');
  t.equal(await start.ended(), 0);
  t.same(left(), []);
});

t.test(
  'a retrained model goes out in two waves; a bad one comes back',
  { skip: notLong, timeout: 900_000 },
  async (t) => {
    const start = new Start('--demo', 'bad-model');
    t.teardown(() => start.child.kill('SIGKILL'));
    await until(() => start.stderr.includes('runs the model from before again'));
    t.match(start.stderr, /All three cameras run the retrained model\./);
    t.match(start.stderr, /advance, wave 2: All \d gates passed/);
    t.match(start.stderr, /roll-back, wave 1: The mean score moved by -/);
    start.child.kill('SIGINT');
    t.equal(await start.ended(), 0);
    t.same(left(), []);
    const again = new Start();
    await until(() => again.stdout.includes('Ctrl-C ends all of it.'));
    again.child.kill('SIGINT');
    t.equal(await again.ended(), 0);
    t.notMatch(again.stderr, /Labels come in/, 'what is done is not done again');
  },
);

t.test('ends its processes also when it is killed', async (t) => {
  const start = new Start();
  await until(() => start.stdout.includes('Ctrl-C ends all of it.'));
  if (password) t.ok(start.stdout.includes(` -P ${password} `), 'the password of the last start');
  start.child.kill('SIGKILL');
  t.equal(await start.ended(), null, 'by the signal');
  await until(() => left().length === 0);
  t.same(left(), []);
});

t.test('a port in use is said so, and ends the start', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as { port: number };
  const start = new Start('--port', String(port));
  t.equal(await start.ended(), 74);
  t.match(start.stderr, /free port for the API/);
  t.equal(await new Start('--port', 'http').ended(), 70);
});
