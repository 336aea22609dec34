import type { Command } from 'commander';
import type { CommandView, NewCommand } from '../../resources/device-command.ts';
import type { Cli } from '../cli.ts';
import { askDevice, COMMAND_COLUMNS } from './ask-device.ts';

type Slot = Extract<NewCommand, { command: 'fit-head' }>['slot'];
type Camera = Extract<NewCommand, { command: 'label' }>['camera'];

/** `label`, `fit-head` and `drop-head`: a last layer that is tuned on the device. */
export function addHeadCommands(devices: Command, cli: Cli): void {
  const print = (view: CommandView) =>
    cli.print(view, (sheet) => sheet.fields(view, COMMAND_COLUMNS));

  devices
    .command('label')
    .description('keep the last frame of a camera there, to tune its head by')
    .argument('<device>', 'its name')
    .argument('<class>', 'of its model: what the frame shows')
    .requiredOption('--camera <camera>', 'whose frame')
    .action(async (device: string, label: string, { camera }: { camera: Camera }) =>
      print(await askDevice(cli, device, { command: 'label', label, camera })),
    );

  for (const [command, description] of [
    ['fit-head', 'fit the last layer there to what was labelled there'],
    ['drop-head', "let the model's own last layer decide there again"],
  ] as const) {
    devices
      .command(command)
      .description(description)
      .argument('<device>', 'its name')
      .option('--slot <slot>', 'of the model (default: the only one)')
      .action(async (device: string, { slot }: { slot?: Slot }) =>
        print(await askDevice(cli, device, { command, ...(slot !== undefined && { slot }) })),
      );
  }
}
