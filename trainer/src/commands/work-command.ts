import { availableParallelism, hostname, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { openLog, openServiceManager, reportLiveness } from '@edgeloop/daemon';
import { chooseProvider, PROVIDER_CHOICES, type ProviderChoice } from '@edgeloop/onnx';
import { bytes, millis, seconds as secondsOf } from '@edgeloop/protocol';
import { Command, Option } from 'commander';
import { ControlPlaneClient } from '../jobs/control-plane-client.ts';
import { PictureCache } from '../jobs/picture-cache.ts';
import { Progress } from '../jobs/progress.ts';
import { serverAddress } from '../jobs/server-address.ts';
import { work } from '../jobs/work.ts';
import { MetricsServer } from '../metrics/metrics-server.ts';
import { TrainerMetrics } from '../metrics/trainer-metrics.ts';
import { pause, port, positiveInteger, seconds } from './option-values.ts';
import { readToken } from './read-token.ts';

interface Folders {
  readonly weightsFolder: string;
  readonly kernelFolder: string;
  /** Of pictures that were fetched, and of jobs that are being worked on. */
  readonly workFolder: string;
}

interface WorkArguments {
  server: URL;
  tokenFile: string;
  name: string;
  provider: ProviderChoice;
  threads: number;
  work: string;
  pictureDisk: number;
  checkpointSeconds: number;
  uploadSeconds: number;
  metricsPort?: number;
  metricsHost: string;
  logFormat: 'text' | 'json';
  once: boolean;
}

/** `edgeloop-trainer work`. */
export function workCommand(
  version: string,
  { weightsFolder, kernelFolder, workFolder }: Folders,
  signal: AbortSignal,
): Command {
  const own = hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 80);
  return new Command('work')
    .description('take training jobs from a control plane, by HTTPS that goes out from here alone')
    .requiredOption('--server <url>', 'of the control plane: https://…', serverAddress)
    .requiredOption('--token-file <file>', 'holds an API token of the role trainer')
    .option('--name <name>', 'how it calls itself', own)
    .addOption(
      new Option('--provider <provider>', 'where it trains')
        .choices([...PROVIDER_CHOICES])
        .default('auto'),
    )
    .option('--threads <n>', 'processor cores', positiveInteger, availableParallelism())
    .option('--work <folder>', 'of fetched pictures and unfinished jobs', workFolder)
    .option(
      '--picture-disk <GiB>',
      'for fetched pictures; the longest unused go',
      positiveInteger,
      20,
    )
    .option('--checkpoint-seconds <s>', 'between checkpoints on disk; 0: every step', seconds, 30)
    .option('--upload-seconds <s>', 'between checkpoints that are uploaded', pause, 120)
    .option('--metrics-port <port>', 'serve /metrics for Prometheus; 0: any free one', port)
    .option('--metrics-host <address>', 'where it is served', '127.0.0.1')
    .addOption(
      new Option('--log-format <format>', 'of what it says on standard error')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--once', 'end after a job, or if there is none', false)
    .action(async (given: WorkArguments) => {
      const token = await readToken(given.tokenFile);
      const log = given.logFormat === 'json' ? openLog(2, 'info', { trainer: given.name }) : null;
      const say = (text: string) =>
        log ? log.logger.info(text) : void process.stderr.write(`${text}\n`);
      try {
        await workAs(given, { token, version, weightsFolder, kernelFolder, say }, signal);
      } catch (error) {
        log?.logger.fatal((error as Error).message);
        throw error;
      } finally {
        await log?.close();
      }
    });
}

/** What a trainer has beside its arguments. */
interface WorkSurroundings extends Pick<Folders, 'weightsFolder' | 'kernelFolder'> {
  readonly token: string;
  readonly version: string;
  readonly say: (text: string) => void;
}

async function workAs(
  given: WorkArguments,
  { token, version, weightsFolder, kernelFolder, say }: WorkSurroundings,
  signal: AbortSignal,
): Promise<void> {
  const metrics = new TrainerMetrics();
  const server = await serveMetrics(metrics, given, say);
  const progress = new Progress(() => millis(performance.now()));
  const onAsked = (answered: boolean) => metrics.asked(answered);
  const folder = resolve(given.work);
  let stopTelling = () => {};
  try {
    const { provider, reason } = await chooseProvider(given.provider, 'float32');
    say(reason);
    stopTelling = tellManager(progress, say, signal);
    await work(
      {
        client: new ControlPlaneClient({ server: given.server, token, version, onAsked }),
        cache: new PictureCache(join(folder, 'pictures'), bytes(given.pictureDisk * 2 ** 30)),
        folder: join(folder, 'jobs'),
        has: { gpu: provider !== 'cpu', memoryBytes: totalmem() },
        machine: { provider: given.provider, threads: given.threads },
        name: given.name,
        once: given.once,
        version,
        weightsFolder,
        kernelFolder,
        say,
        metrics,
        progress,
        checkpointSeconds: given.checkpointSeconds,
        uploadPause: secondsOf(given.uploadSeconds),
        random: Math.random,
      },
      signal,
    );
  } finally {
    stopTelling();
    server?.close();
  }
}

/** @returns ends it */
function tellManager(
  progress: Progress,
  say: (text: string) => void,
  signal: AbortSignal,
): () => void {
  const manager = openServiceManager(process, say);
  if (!manager) return () => {};
  manager.tell('READY=1');
  const end = reportLiveness(manager, () => progress.liveness(), say);
  const stop = () => {
    end();
    manager.tell('STOPPING=1');
  };
  signal.addEventListener('abort', stop, { once: true });
  return end;
}

async function serveMetrics(
  { registry }: TrainerMetrics,
  { metricsPort, metricsHost: host }: WorkArguments,
  say: (text: string) => void,
): Promise<MetricsServer | null> {
  if (metricsPort === undefined) return null;
  const server = new MetricsServer({ registry, host, port: metricsPort });
  say(`Metrics: http://${host}:${await server.start()}/metrics`);
  return server;
}
