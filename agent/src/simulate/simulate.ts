import { openLog, runDaemon } from '@edgeloop/daemon';
import { epochMillis, type Millis, millis, parseId } from '@edgeloop/protocol';
import { AgentError } from '../errors.ts';
import type { Admission } from './fleet/admission.ts';
import { SimulatedFleet } from './fleet/simulated-fleet.ts';
import { loadScenario, type ModelNames, parseScenario } from './scenario/load-scenario.ts';

/** What the command line says. */
export interface SimulateOptions {
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

/** Runs simulated devices until a signal ends them. */
export async function simulate(options: SimulateOptions, version: string): Promise<void> {
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

function admissionOf({ server, ca, enrolToken, broker, site }: SimulateOptions): Admission {
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
