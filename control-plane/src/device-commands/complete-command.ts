import type { Command, CommandName, Millis } from '@edgeloop/protocol';
import { seconds } from '@edgeloop/protocol';
import type { NewCommand } from '../resources/device-command.ts';

/** What a device is told, beside the id and when it expires. */
export type CommandParameters = Omit<Command, 'id' | 'expires'>;

/** A command with what was left open, and how long its answer may take. */
export interface CompleteCommand {
  readonly command: CommandName;
  readonly parameters: CommandParameters;
  readonly life: Millis;
}

const PREVIEW = { seconds: 30, fps: 2 };
const LINES = 200;
/** For the way there and back, of a device that has just lost its connection. */
const WAY = seconds(60);
/** An agent ends within seconds; its models are loaded and checked again before it is back. */
const RESTART = seconds(300);

/** Minutes, on a slow device with many pictures. */
const FIT = seconds(3600);

export function completeCommand({ command, ...given }: NewCommand): CompleteCommand {
  const name = command as string as CommandName;
  switch (command) {
    case 'snapshot':
    case 'label':
    case 'drop-head':
      return { command: name, parameters: given, life: WAY };
    case 'preview': {
      const parameters = { ...PREVIEW, ...given };
      const life = (WAY + parameters.seconds * 1000) as Millis;
      return { command: name, parameters, life };
    }
    case 'fit-head':
      return { command: name, parameters: given, life: FIT };
    case 'restart':
      return { command: name, parameters: {}, life: RESTART };
    case 'logs':
      return { command: name, parameters: { lines: LINES, ...given }, life: WAY };
  }
}
