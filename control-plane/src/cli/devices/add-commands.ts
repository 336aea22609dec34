import { type Command, InvalidArgumentError } from 'commander';
import type {
  CommandPage,
  CommandView,
  DeviceLogView,
  NewCommand,
} from '../../resources/device-command.ts';
import { count } from '../arguments/count.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { addHeadCommands } from './add-head-commands.ts';
import { askDevice, COMMAND_COLUMNS } from './ask-device.ts';

type CommandFields<Name extends NewCommand['command']> = Omit<
  Extract<NewCommand, { command: Name }>,
  'command'
>;

/** `snapshot`, `preview`, `restart`, `logs`, and what a device was asked. */
export function addCommands(devices: Command, cli: Cli): void {
  const ofDevice = (name: string, description: string) =>
    devices.command(name).description(description).argument('<device>', 'its name');
  const print = (view: CommandView) =>
    cli.print(view, (sheet) => sheet.fields(view, COMMAND_COLUMNS));

  ofDevice('snapshot', 'keep the next frame of a camera, or of each, as a sample to label')
    .option('--camera <camera>', 'of this one alone')
    .action(async (device: string, asked: CommandFields<'snapshot'>) =>
      print(await askDevice(cli, device, { command: 'snapshot', ...asked })),
    );

  ofDevice('preview', "bring a camera's last frame faster for a while: devices picture gets it")
    .requiredOption('--camera <camera>', 'which one')
    .option('--seconds <n>', 'for so long, 60 at most', count)
    .option('--fps <n>', 'frames a second, 5 at most', fps)
    .action(async (device: string, asked: CommandFields<'preview'>) =>
      print(await askDevice(cli, device, { command: 'preview', ...asked })),
    );

  addHeadCommands(devices, cli);

  ofDevice('restart', 'end the agent in order, and wait until it is back').action(
    async (device: string) => {
      await cli.confirm(`The agent of ${device} ends; something there must start it again.`);
      await print(await askDevice(cli, device, { command: 'restart' }));
    },
  );

  ofDevice('logs', "the newest lines of its agent's log")
    .option('--lines <n>', 'so many, 1000 at most', count)
    .option('--kept', 'those that were fetched last: it is not asked')
    .action(
      async (device: string, { kept, ...asked }: CommandFields<'logs'> & { kept?: boolean }) => {
        if (!kept) await askDevice(cli, device, { command: 'logs', ...asked });
        const api = await cli.api();
        const log = await api.askJson<DeviceLogView>('GET /api/devices/{device}/log', {
          path: { device },
        });
        await cli.print(log, (sheet) => sheet.lines(...log.lines));
      },
    );

  withPaging(
    ofDevice('commands', 'what it was asked within the last 30 days, newest first'),
  ).action(async (device: string, page: PageOptions) => {
    const found = await collectPages<CommandPage>(
      await cli.api(),
      'GET /api/devices/{device}/commands',
      'commands',
      { ...page, path: { device } },
    );
    await cli.print(found, (sheet) =>
      sheet.table(found.commands, COMMAND_COLUMNS, `${device} was asked nothing.`).more(found.next),
    );
  });
}

function fps(text: string): number {
  const value = Number(text);
  if (value >= 0.2 && value <= 5) return value;
  throw new InvalidArgumentError('Expected a number from 0.2 to 5.');
}
