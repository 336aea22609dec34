#!/usr/bin/env node
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nameOptions } from '@edgeloop/daemon/name-options';
import { EdgeloopError } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { Command, Option } from 'commander';
import { DEVICES } from './device.ts';
import { StartError } from './errors.ts';
import { showBadModel, showLoop } from './loop/show-loop.ts';
import { ProcessGroup, programFile } from './process-group.ts';
import { shellWord } from './shell-word.ts';
import { type Running, start } from './start.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const CLONE = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Where everything is kept, unless told otherwise. */
const DATA = join(CLONE, '.edgeloop');

interface Options {
  data: string;
  port: number;
  mqttPort: number;
  threads?: number;
  once: boolean;
  json: boolean;
  demo?: 'bad-model';
}

const program = new Command('npm start --')
  .description(
    'The whole line on one machine: control plane, and three cameras over a drawn conveyor.',
  )
  .version(version)
  .option('--data <folder>', 'what it keeps', DATA)
  .option('--port <port>', 'of the API; 0: any free one', port, 8080)
  .option('--mqtt-port <port>', 'of the broker; 0: any free one', port, 1883)
  .option('--threads <n>', 'processor cores for training; all of them unless told', cores)
  .option('--once', 'end when every device has had 100 results stored', false)
  .option('--json', 'print the figures of --once as one line of JSON', false)
  .addOption(
    new Option('--demo <what>', 'bad-model: one goes out, and comes back').choices(['bad-model']),
  )
  .action(run);

try {
  nameOptions(program);
  await program.parseAsync();
} catch (error) {
  fail(error);
}

async function run(options: Options): Promise<void> {
  const begun = performance.now();
  const group = new ProcessGroup();
  let isInterrupted = false;
  const signalled = new Promise<'signalled'>((done) => {
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.on(signal, () => {
        process.exitCode = options.once ? status : 0;
        isInterrupted = true;
        done('signalled');
      });
    }
  });
  const work = async () => {
    const running = await Promise.race([
      start({ ...options, data: resolve(options.data) }, group, say),
      group.failed,
    ]);
    if (running.total) report(running, options.json, (performance.now() - begun) / 1000);
    else {
      const data = resolve(options.data);
      await welcome(running, data);
      const { threads } = options;
      const parts = { api: running.api, group, data, say, threads };
      const shown = showLoop(parts).then(() => options.demo && showBadModel(parts));
      await Promise.race([shown, group.failed]);
      await group.failed;
    }
  };
  try {
    await Promise.race([work(), signalled]);
  } catch (error) {
    fail(error);
  } finally {
    await group.stopAll();
  }
  if (isInterrupted) say(farewell(options));
  process.exit();
}

function fail(error: unknown): void {
  if (!(error instanceof EdgeloopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitStatus;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** As it is typed in this folder. */
function shown(path: string): string {
  return shellWord(relative(process.cwd(), path) || '.');
}

/** What Ctrl-C leaves. */
function farewell({ data }: Options): string {
  const again = data === DATA ? 'npm start' : `npm start -- --data ${shown(data)}`;
  return `\nAll of it has ended. What it stored is in ${shown(data)}; ${again} goes on with it.`;
}

async function welcome(running: Running, data: string): Promise<void> {
  const { api, apiPort, mqttPort, tokenFile, viewer, model } = running;
  const { path } = await api.post<{ path: string }>('/api/session/link');
  const int8 = model.manifest.metrics?.test.int8;
  const accuracy = int8
    ? ` (${(100 * int8.accuracy).toFixed(1)} % right on pictures kept aside)`
    : '';
  process.stdout.write(`
Edgeloop runs: ${DEVICES.length} cameras over a drawn conveyor, the last in light that training lacked${accuracy}.

  dashboard   http://127.0.0.1:${apiPort}${path}
              logs you in once, within a quarter of an hour; for another: node ${shown(programFile('control-plane'))} login-link --data ${shown(join(data, 'control-plane'))} --url http://127.0.0.1:${apiPort}
  API         http://127.0.0.1:${apiPort}/api/docs
              curl -H "Authorization: Bearer $(cat ${shown(tokenFile)})" http://127.0.0.1:${apiPort}/api/devices
  detections  mosquitto_sub -h 127.0.0.1 -p ${mqttPort} -u ${viewer.name} -P ${viewer.password} -v -t 'edgeloop/v1/demo/+/detections/#'
  terminal    export EDGELOOP_SERVER=http://127.0.0.1:${apiPort} EDGELOOP_TOKEN=$(cat ${shown(tokenFile)}); alias edgeloop=${shellWord(`node ${shown(programFile('edgeloop'))}`)}
  data        ${shown(data)}

Ctrl-C ends all of it.
`);
}

function report({ model, total }: Running, json: boolean, seconds: number): void {
  const { metrics, variants } = model.manifest;
  const figures = {
    trainAccuracy: metrics?.trainAccuracy,
    testAccuracy: metrics?.test.float32?.accuracy,
    int8TestAccuracy: metrics?.test.int8?.accuracy,
    fp32Bytes: variants.float32?.file.bytes,
    int8Bytes: variants.int8?.file.bytes,
    devices: DEVICES.length,
    ...total,
    seconds: Number(seconds.toFixed(1)),
  };
  if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else for (const [name, value] of Object.entries(figures)) say(`${name.padEnd(20)} ${value}`);
  if (total && total.lost > 0) {
    throw new StartError(
      'RESULTS_LOST',
      `Expected every result to be stored: ${counted(total.lost, 'is', 'are')} not.`,
    );
  }
}

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  const message = `Expected a port from 0 to 65535, received ${JSON.stringify(text)}.`;
  throw new StartError('OPTION_INVALID', message);
}

function cores(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 1024) return value;
  const message = `Expected a number of processor cores from 1 on, received ${JSON.stringify(text)}.`;
  throw new StartError('OPTION_INVALID', message);
}
