import type { DeviceCredential } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import type { Command } from 'commander';
import type { Decommissioned, Registration } from '../../resources/registration.ts';
import type { Cli } from '../cli.ts';

/** `credential`, `revoke` and `remove`: whether a device is let in. */
export function addAccess(devices: Command, cli: Cli): void {
  devices
    .command('credential')
    .description('another password for a device, told once, for whoever brings it there')
    .argument('<device>', 'its name')
    .action(async (device: string) => {
      await cli.confirm(`${device} gets another password; the one that it has is worth nothing.`);
      const api = await cli.api();
      const made = await api.askJson<DeviceCredential>('POST /api/devices/{device}/credential', {
        path: { device },
      });
      const { username, password } = made.credential;
      await cli.print(made, (sheet) =>
        sheet
          .fields(made, [
            { head: 'USERNAME', cell: () => username },
            { head: 'PASSWORD', cell: () => password },
            { head: 'BROKER', cell: ({ mqtt }) => mqtt.url },
          ])
          .note(
            'It is told this once. A device that has its key needs none: edgeloop-agent rotate.',
          ),
      );
    });

  devices
    .command('revoke')
    .description('it may nothing from now on: cut off, and ignored; what it said is kept')
    .argument('<device>', 'its name')
    .action(async (device: string) => {
      await cli.confirm(`${device} is cut off, until it enrols with a token that says replace.`);
      const api = await cli.api();
      const view = await api.askJson<Registration>('POST /api/devices/{device}/revoke', {
        path: { device },
      });
      await cli.print(view, (sheet) => sheet.lines(`${device}: revoked`));
    });

  devices
    .command('remove')
    .description('remove a device with all that it said')
    .argument('<device>', 'its name')
    .option('--pictures', 'and its pictures, also from datasets')
    .action(async (device: string, { pictures = false }: { readonly pictures?: boolean }) => {
      const also = pictures ? ', and its pictures, also those of datasets' : '; its pictures stay';
      await cli.confirm(`${device} is removed with every detection of it${also}.`);
      const api = await cli.api();
      const gone = await api.askJson<Decommissioned>('DELETE /api/devices/{device}', {
        path: { device },
        query: { pictures },
      });
      await cli.print(gone, (sheet) =>
        sheet.lines(
          `${device}: removed, with ${counted(gone.detections, 'detection')} and ${counted(gone.pictures ?? 0, 'picture')}`,
        ),
      );
    });
}
