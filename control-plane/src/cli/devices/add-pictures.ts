import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { saveAnswer } from '../client/save-answer.ts';

/** `picture` and `occurrence-picture`: what its cameras show, small. */
export function addPictures(devices: Command, cli: Cli): void {
  devices
    .command('picture')
    .description('the last frame of a camera, small')
    .argument('<device>', 'its name')
    .argument('<camera>', 'its name')
    .argument('<file>', 'where it goes')
    .action(async (device: string, camera: string, file: string) => {
      const api = await cli.api();
      const answer = await api.ask('GET /api/devices/{device}/cameras/{camera}/picture', {
        path: { device, camera },
      });
      await saveAnswer(answer, file);
      await cli.print({ device, camera, file }, (sheet) => sheet.lines(file));
    });

  devices
    .command('occurrence-picture')
    .description('the frame with which an occurrence began, small')
    .argument('<device>', 'its name')
    .argument('<occurrence>', 'its id, of edgeloop detections list --json')
    .argument('<file>', 'where it goes')
    .action(async (device: string, occurrence: string, file: string) => {
      const api = await cli.api();
      const answer = await api.ask('GET /api/devices/{device}/occurrences/{occurrence}/picture', {
        path: { device, occurrence },
      });
      await saveAnswer(answer, file);
      await cli.print({ device, occurrence, file }, (sheet) => sheet.lines(file));
    });
}
