import { DURATION_PATTERN, type Millis, parseDuration, parseId } from '@edgeloop/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ModelNames } from './scenario/load-scenario.ts';
import type { SimulateOptions } from './simulate.ts';

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
    .action(async (options: SimulateOptions) => {
      const { simulate } = await import('./simulate.ts');
      await simulate(options, version);
    });
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
