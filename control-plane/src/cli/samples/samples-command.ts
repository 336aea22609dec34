import { extname } from 'node:path';
import { type Command, Option } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import type { SamplePage, SampleView } from '../../resources/sample.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { openUpload } from '../client/open-upload.ts';
import { saveAnswer } from '../client/save-answer.ts';
import { SAMPLE_COLUMNS, SAMPLE_FIELDS, SIGHTING_COLUMNS } from './sample-columns.ts';

interface ListOptions extends PageOptions {
  readonly state?: string;
  readonly label?: string;
  readonly side?: string;
  readonly origin?: string;
  readonly device?: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

/** `edgeloop samples`: pictures worth a label. */
export function addSamples(samples: Command, cli: Cli): void {
  withPaging(samples.command('list'))
    .description('samples of a task that fit every filter, newest first')
    .argument('<task>', 'its name')
    .addOption(
      new Option('--state <state>', 'of its label').choices([
        ...['unlabelled', 'disputed', 'class', 'none'],
      ]),
    )
    .option('--label <class>', 'of this class alone')
    .addOption(new Option('--side <side>', 'of datasets').choices(['train', 'validation', 'test']))
    .addOption(
      new Option('--origin <origin>', 'how it came').choices(['random', 'chosen', 'imported']),
    )
    .option('--device <device>', 'seen by this one alone')
    .action(async (task: string, { limit, cursor, ...query }: ListOptions) => {
      const found = await collectPages<SamplePage>(
        await cli.api(),
        'GET /api/tasks/{task}/samples',
        'samples',
        { limit, ...(cursor !== undefined && { cursor }), path: { task }, query: { ...query } },
      );
      await cli.print(found, (sheet) =>
        sheet
          .table(
            found.samples,
            SAMPLE_COLUMNS,
            'No sample fits. Devices bring them, or edgeloop datasets import.',
          )
          .more(found.next),
      );
    });

  samples
    .command('show')
    .description('one sample: who saw it, what the model took it for, its label')
    .argument('<task>', 'its name')
    .argument('<sample>', 'its digest')
    .action(async (task: string, sha256: string) => {
      const api = await cli.api();
      const view = await api.askJson<SampleView>('GET /api/tasks/{task}/samples/{sha256}', {
        path: { task, sha256 },
      });
      await cli.print(view, (sheet) =>
        sheet.fields(view, SAMPLE_FIELDS).section('Seen by', view.sightings, SIGHTING_COLUMNS),
      );
    });

  samples
    .command('add')
    .description('one picture as a sample')
    .argument('<task>', 'its name')
    .argument('<picture>', 'a JPEG, PNG or WebP file')
    .action(async (task: string, picture: string) => {
      const type = TYPES[extname(picture).toLowerCase()];
      if (!type) {
        const message = `Expected a picture called .jpg, .jpeg, .png or .webp, received ${picture}.`;
        throw new ControlPlaneError('OPTION_INVALID', message);
      }
      const api = await cli.api();
      const made = await api.askJson<SampleView>('POST /api/tasks/{task}/samples', {
        path: { task },
        body: await openUpload(picture),
        headers: { 'content-type': type },
      });
      await cli.print(made, (sheet) => sheet.fields(made, SAMPLE_FIELDS));
    });

  samples
    .command('picture')
    .description('the picture of a sample, as its camera gave it')
    .argument('<sample>', 'its digest')
    .argument('<file>', 'where it goes')
    .action(async (sha256: string, file: string) => {
      const api = await cli.api();
      const answer = await api.ask('GET /api/samples/{sha256}/picture', { path: { sha256 } });
      await saveAnswer(answer, file);
      await cli.print({ sha256, file }, (sheet) => sheet.lines(file));
    });
}
