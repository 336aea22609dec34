import { openLog, runDaemon } from '@edgeloop/daemon';
import {
  DURATION_PATTERN,
  epochMillis,
  type Millis,
  millis,
  parseDuration,
  parseId,
} from '@edgeloop/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { AgentError } from '../errors.ts';
import type { Admission } from './fleet/admission.ts';
import { SimulatedFleet } from './fleet/simulated-fleet.ts';
import { loadScenario, type ModelNames, parseScenario } from './scenario/load-scenario.ts';

interface Options {
  readonly devices: number;
  readonly scenario?: string;
  readonly server?: string;
  readonly ca?: string;
  readonly enrolToken?: string;
  readonly broker?: string;
  readonly site: string;
  readonly prefix: string;
  readonly pictures: number;
  readonly root?: string;
  readonly model: ModelNames;
  readonly rate: number;
  readonly report?: Millis;
  readonly logLevel: string;
}

/** `edgeloop-agent simulate`. */
export function addSimulateCommand(program: Command, version: string): void {
  program
    .command('simulate')
    .description('many devices in one process: the real protocol, with camera and model scripted')
    .addOption(new Option('--devices <count>', 'how many').argParser(count).makeOptionMandatory())
    .option('--scenario <file>', 'what they see and what goes wrong, YAML or JSON')
    .option('--server <url>', 'of the control plane: they enrol there')
    .option('--ca <file>', "who signed the server's certificate, PEM")
    .addOption(
      new Option('--enrol-token <token>', 'ele_…, for as many devices').env(
        'EDGELOOP_ENROLMENT_TOKEN',
      ),
    )
    .option('--broker <url>', 'in place of --server, where a control plane lets in anyone')
    .option('--site <site>', 'with --broker: where they say that they are', 'simulated')
    .option('--prefix <name>', 'they are <name>-0, <name>-1, …', 'sim')
    .addOption(
      new Option(
        '--pictures <count>',
        'so many of them, the first, show drawn pictures; with --server',
      )
        .argParser(count)
        .default(0),
    )
    .option('--root <file>', 'root keys that they trust (default: those they get as they enrol)')
    .addOption(
      new Option('--model <name=digest>', 'what a name of the scenario stands for; repeatable')
        .argParser(modelName)
        .default({}),
    )
    .addOption(
      new Option('--rate <count>', 'devices that are begun in a second')
        .argParser(count)
        .default(200),
    )
    .addOption(
      new Option('--report <duration>', 'print their status so often, as a line of JSON').argParser(
        duration,
      ),
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('warn'),
    )
    .action((options: Options) => simulate(options, version));
}

async function simulate(options: Options, version: string): Promise<void> {
  if (options.pictures > 0 && options.server === undefined) {
    const message = 'Expected --server for --pictures: they are sent by HTTP, with a credential.';
    throw new AgentError('CONFIG_INVALID', message);
  }
  const { scenario: path, model, devices, prefix, root, rate, report, logLevel } = options;
  const { pictures } = options;
  const scenario =
    path === undefined ? parseScenario('{}', 'none', model) : await loadScenario(path, model);
  const log = openLog(2, logLevel, {});
  const fleet = new SimulatedFleet({
    scenario,
    devices,
    prefix,
    pictures,
    version,
    rootFile: root ?? null,
    perSecond: rate,
    admission: admissionOf(options),
    clock: { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) },
    random: Math.random,
    log: log.logger,
  });
  const begun = performance.now();
  const print = (line: object) => {
    const seconds = (performance.now() - begun) / 1000;
    process.stdout.write(`${JSON.stringify({ ...line, ...fleet.counts, seconds, ...usage() })}\n`);
  };
  if (report !== undefined) setInterval(() => print({}), report).unref();
  await runDaemon(fleet, log);
  print({ ready: true });
}

function usage() {
  const { user, system } = process.cpuUsage();
  return { rssBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 };
}

function admissionOf({ server, ca, enrolToken, broker, site }: Options): Admission {
  if (server !== undefined && enrolToken !== undefined && broker === undefined) {
    return { kind: 'enrol', server: { url: server, ca: ca ?? null }, token: enrolToken };
  }
  if (broker !== undefined && server === undefined) {
    return { kind: 'anonymous', brokerUrl: broker, site: parseId('site', site) };
  }
  const message =
    'Expected --server with --enrol-token, or --broker of a control plane that runs with --allow-anonymous.';
  throw new AgentError('CONFIG_INVALID', message);
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000) return value;
  throw new InvalidArgumentError('Expected a whole number from 1 to 1000000.');
}

function duration(text: string): Millis {
  if (new RegExp(DURATION_PATTERN).test(text)) return parseDuration(text);
  throw new InvalidArgumentError('Expected a duration such as 500ms, 5s or 1min.');
}

function modelName(text: string, before: ModelNames): ModelNames {
  const [name, digest, ...rest] = text.split('=');
  if (!name || digest === undefined || rest.length > 0) {
    throw new InvalidArgumentError('Expected a name and a digest: candidate=3f…');
  }
  return { ...before, [name]: parseId('sha256', digest) };
}
