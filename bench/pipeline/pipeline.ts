import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadPackage } from '@edgeloop/onnx';
import { AgentFolder, AgentProcess } from '../../test/stand/agent/agent-process.ts';
import { Mosquitto } from '../../test/stand/broker/mosquitto.ts';
import { writeResNet18Package } from '../../test/stand/models/resnet18-package.ts';
import { until } from '../../test/stand/until.ts';
import { type BenchResult, median, quantile } from '../measure.ts';
import { cameraPictures } from './camera-pictures.ts';
import { decodeAlone } from './decode-alone.ts';
import { FedCamera } from './fed-camera.ts';
import { HeardResults } from './heard-results.ts';
import { inferenceAlone } from './inference-alone.ts';
import { latencies, type ShownFrame } from './latencies.ts';
import { packagedAgent } from './packaged-agent.ts';
import { forgetTouches, residentMemory } from './resident-memory.ts';

const ROUNDS = 10;
/** Of the camera while it is measured how long a frame takes: what the agent can hold. */
const FRAME_MILLIS = 1000 / 30;
/**
 * And how many it does when it has as many as it likes: one at which the model looks, one prepared,
 * one that waits. More would be skipped.
 */
const FULL_SECONDS = 4;
const AHEAD = 3;
const WARM_UP = 200;
/** Inferences of a round, each. */
const ALONE = 100;
/** In which what the agent touches of its memory is counted: 20 s. */
const TOUCHED_FRAMES = 600;
const MEGABYTE = 1e6;

/** Milliseconds, but for the rate. */
interface Round {
  /** Within the runtime, of a model alone, at the camera's pace. */
  readonly paced: number;
  /** A picture alone, at the camera's pace. */
  readonly decode: number;
  /** Within the runtime at full speed, alone. */
  readonly inference: number;
  /** The same with the way to the model's process. */
  readonly round: number;
  /** Frames a second of the agent. */
  readonly rate: number;
}

/**
 * From a JPEG of 640×480 to its result at a subscriber, through an agent and a broker that are
 * processes of their own, against the same model alone in a process as the agent has one. They take
 * turns: a busy machine slows both. What the decoding alone takes at the same pace is told beside it.
 */
export async function benchPipeline({ frames }: { frames: number }): Promise<BenchResult> {
  const root = mkdtempSync(join(tmpdir(), 'edgeloop-bench-pipeline-'));
  const broker = new Mosquitto();
  const folder = await AgentFolder.create();
  const camera = await FedCamera.create(root);
  const packagePath = await writeResNet18Package(root);
  const pictures = await cameraPictures(16);
  await broker.start();
  const heard = await HeardResults.listen(broker.url, 'edgeloop/v1/works/pi-1/detections/+');
  const config = await folder.configure(broker.url, {
    broker: { url: broker.url, delivery: 'puback' },
    slots: { main: { package: packagePath, threads: 1 } },
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'rpicam', format: 'mjpeg', width: 640, height: 480 },
        decide: { mode: 'frame' },
        noFrameTimeout: '10min',
      },
    },
  });
  const loaded = await loadPackage(packagePath);
  const alone = await inferenceAlone(loaded, pictures[0] as Uint8Array);
  const { env, ...packaged } = await packagedAgent(root);
  const agent = new AgentProcess(['run', '--config', config], {
    ...packaged,
    env: { ...env, PATH: `${root}:${process.env.PATH}` },
  });
  try {
    const ended = agent.ended.then(() => Promise.reject(new Error('the agent ended')));
    ended.catch(() => {});
    await Promise.race([camera.open(), ended]);
    await until(() => agent.stdout.includes('connected to the broker'));
    const shown: ShownFrame[] = [];
    let turn = 0;
    const show = () => {
      const moment = { at: performance.now(), wall: Date.now() };
      const taken = camera.show(pictures[turn++ % pictures.length] as Uint8Array);
      if (taken) shown.push(moment);
      return taken;
    };
    const showPaced = async (count: number) => {
      const begun = performance.now();
      for (let frame = 0; frame < count; frame++) {
        await delay(Math.max(0, begun + frame * FRAME_MILLIS - performance.now()));
        show();
      }
      // The last one's result.
      await delay(300);
    };
    const showAhead = async (millis: number) => {
      const end = performance.now() + millis;
      for (let count = 0; performance.now() < end; await delay(1)) {
        if (count - heard.results.length < AHEAD && show()) count += 1;
      }
    };
    await showPaced(WARM_UP);
    shown.length = 0;
    heard.results.length = 0;

    const rounds: Round[] = [];
    const memory: number[] = [];
    const all: number[] = [];
    let skipped = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const paced = await alone.paced(ALONE, FRAME_MILLIS);
      const decode = await decodeAlone(pictures, loaded.cropPlan, {
        runs: ALONE,
        every: FRAME_MILLIS,
      });
      await showPaced(Math.ceil(frames / ROUNDS));
      all.push(...latencies(shown, heard.results));
      skipped += shown.length - heard.results.length;
      const full = await alone.full(ALONE);
      heard.results.length = 0;
      await showAhead(FULL_SECONDS * 1000);
      rounds.push({ ...full, paced, decode, rate: heard.results.length / FULL_SECONDS });
      await delay(300);
      memory.push(residentMemory(agent.pid, ['cat']).once / MEGABYTE);
      shown.length = 0;
      heard.results.length = 0;
    }
    const of = (pick: (round: Round) => number) => median(rounds.map(pick));
    const middle = median(all);
    const inference = of(({ paced }) => paced);
    const p99 = quantile(all, 0.99);
    forgetTouches(agent.pid, ['cat']);
    await showPaced(TOUCHED_FRAMES);
    const { processes, touched } = residentMemory(agent.pid, ['cat']);
    return {
      bench: 'pipeline',
      figures: [
        {
          frames: all.length,
          skipped,
          medianMillis: middle,
          p90Millis: quantile(all, 0.9),
          p99Millis: p99,
          p999Millis: quantile(all, 0.999),
          slowestMillis: Math.max(...all),
          inferenceMillis: inference,
          decodeMillis: of(({ decode }) => decode),
        },
        {
          framesPerSecond: of(({ rate }) => rate),
          inferenceMillis: of((round) => round.inference),
          roundTripMillis: of((round) => round.round),
        },
        ...Object.entries(processes).map(([name, { rss, anonymous }]) => ({
          process: name,
          rssMB: rss / MEGABYTE,
          anonymousMB: anonymous / MEGABYTE,
        })),
        {
          memoryMB: memory.map((value) => value.toFixed(1)).join(' '),
          touchedAnonymousMB: touched.anonymous / MEGABYTE,
          touchedFilesMB: touched.files / MEGABYTE,
        },
      ],
      bounds: [
        { name: 'median − inference, ms', value: middle - inference, most: 5 },
        { name: 'p99 / median', value: p99 / middle, most: 2 },
        {
          name: "frames/s / inference's",
          value: of(({ rate, inference }) => (rate * inference) / 1000),
          least: 0.85,
        },
        { name: 'memory, MB', value: Math.max(...memory), most: 150 },
        {
          name: 'memory, last / first',
          value: (memory.at(-1) ?? 0) / (memory[0] ?? 0),
          most: 1.05,
        },
      ],
    };
  } finally {
    await agent.kill('SIGKILL');
    camera.close();
    heard.close();
    await alone.close();
    await broker.close();
    await folder.remove();
    rmSync(root, { recursive: true, force: true });
  }
}
