import { readFile } from 'node:fs/promises';
import { counted } from '@edgeloop/protocol/counted';
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { configOption } from '../config/config-option.ts';
import { loadConfig } from '../config/load-config.ts';
import { askAgent } from '../control/ask-agent.ts';
import { AgentError } from '../errors.ts';
import type { FitOutcome } from './fit-over.ts';
import type { HeadStatus, Labelled } from './heads.ts';
import type { OfflineHeads } from './offline-heads.ts';
import { fitWords, statusWords } from './words.ts';

interface Options {
  readonly config: string;
  readonly slot?: string;
  readonly camera?: string;
  readonly json?: boolean;
}

const LAST_FRAME = 'last-frame';

/** `edgeloop-agent head`: by the agent that runs, or, where none does, on its state. */
export function addHeadCommand(program: Command): void {
  const head = program
    .command('head')
    .description("tune the model's last layer to pictures that are labelled on this device");

  withSlot(head.command('label'))
    .description(`keep a picture, or the ${LAST_FRAME} of a camera, under a class of the model`)
    .argument('<picture>', `JPEG, PNG or WebP, or ${LAST_FRAME}`)
    .argument('<class>', 'what it shows')
    .option('--camera <camera>', `whose ${LAST_FRAME} (default: the only one)`)
    .action(async (picture: string, label: string, options: Options) => {
      const { slot, pictures } = await keep(picture, label, options);
      say(`${label}: ${counted(pictures, 'labelled picture')} for ${slot} now.`);
    });

  withSlot(head.command('fit'))
    .description('fit the last layer to the labels; it decides where it passes its gate')
    .action(async ({ config: path, slot }: Options) => {
      const config = await loadConfig(path);
      const asked = await askAgent<FitOutcome>(config.state, '/head/fit', {
        options: named({ slot }),
      });
      const outcome = asked?.value ?? (await offline(config, (heads) => heads.fit(slot)));
      say(fitWords(outcome));
      if (!outcome.taken) process.exitCode = 1;
    });

  withConfig(head.command('status'))
    .description('labels, and what head decides in each slot')
    .option('--json', 'as JSON')
    .action(async ({ config: path, json = false }: Options) => {
      const config = await loadConfig(path);
      const asked = await askAgent<HeadStatus[]>(config.state, '/head/status');
      const all = asked?.value ?? (await offline(config, (heads) => heads.status()));
      say(json ? JSON.stringify(all) : all.map(statusWords).join('\n'));
    });

  withSlot(head.command('drop'))
    .description("let the model's own last layer decide again; the labels stay")
    .action(async ({ config: path, slot }: Options) => {
      const config = await loadConfig(path);
      const asked = await askAgent<{ dropped: boolean }>(config.state, '/head/drop', {
        options: named({ slot }),
      });
      const dropped = asked?.value.dropped ?? (await offline(config, (heads) => heads.drop(slot)));
      say(
        dropped ? "Dropped: the model's own decides." : "None was tuned: the model's own decides.",
      );
    });
}

const withConfig = (command: Command) => command.addOption(configOption().makeOptionMandatory());
const withSlot = (command: Command) =>
  withConfig(command).option('--slot <slot>', 'of the model (default: the only one)');

async function keep(picture: string, label: string, options: Options): Promise<Labelled> {
  const { config: path, slot, camera } = options;
  const config = await loadConfig(path);
  const body = picture === LAST_FRAME ? null : await read(picture);
  const asked = await askAgent<Labelled>(config.state, '/head/label', {
    options: named({ label, slot, camera }),
    ...(body && { body }),
  });
  if (asked) return asked.value;
  if (body) return offline(config, (heads) => heads.label(label, body, slot));
  const message = `Expected an agent that runs for the ${LAST_FRAME} of its camera, received none on ${config.state}. Start it, or label a picture.`;
  throw new AgentError('LABEL_REFUSED', message);
}

async function read(picture: string): Promise<Uint8Array> {
  try {
    return await readFile(picture);
  } catch (cause) {
    const message = `Expected a picture, or ${LAST_FRAME}, received ${picture}: ${(cause as Error).message}`;
    throw new AgentError('LABEL_REFUSED', message, { cause });
  }
}

/** Where no agent runs. Loaded by then alone: one that runs has no use for it. */
async function offline<T>(config: Config, use: (heads: OfflineHeads) => Promise<T>): Promise<T> {
  const { OfflineHeads } = await import('./offline-heads.ts');
  return use(new OfflineHeads(config));
}

const named = (options: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
