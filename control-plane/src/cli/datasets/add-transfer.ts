import { type Command, Option } from 'commander';
import type { Static } from 'typebox';
import type { ImportReportView } from '../../resources/dataset.ts';
import { count } from '../arguments/count.ts';
import type { Cli } from '../cli.ts';
import { openUpload } from '../client/open-upload.ts';
import { saveAnswer } from '../client/save-answer.ts';
import type { Column } from '../output/cell.ts';

type Report = Static<typeof ImportReportView>;

const REPORT: readonly Column<Report>[] = [
  { head: 'ADDED', cell: ({ added }) => added },
  { head: 'KNOWN', cell: ({ known }) => known },
  { head: 'LABELLED', cell: ({ labelled }) => labelled },
  { head: 'CONFLICTS', cell: ({ conflicts }) => conflicts },
  { head: 'SKIPPED', cell: ({ skipped }) => skipped },
  { head: 'NEW CLASSES', cell: ({ newClasses }) => newClasses.join(', ') },
];
const PROBLEMS: readonly Column<Report['problems'][number]>[] = [
  { head: 'FILE', cell: ({ file }) => file },
  { head: 'WHY', cell: ({ reason }) => reason },
];

/** `export` and `import`. */
export function addTransfer(datasets: Command, cli: Cli): void {
  datasets
    .command('export')
    .description('a version as a zip')
    .argument('<task>', 'its name')
    .argument('<version>', 'its number', count)
    .argument('<file>', 'the zip to make')
    .addOption(
      new Option('--format <format>', 'how pictures and labels lie in it')
        .choices(['imagefolder', 'label-studio', 'label-studio-min'])
        .default('imagefolder'),
    )
    .action(async (task: string, number: number, file: string, query: { format: string }) => {
      const api = await cli.api();
      const answer = await api.ask('GET /api/tasks/{task}/datasets/{number}/export', {
        path: { task, number },
        query: { ...query },
      });
      const bytes = await saveAnswer(answer, file);
      await cli.print({ task, number, file, bytes }, (sheet) =>
        sheet.lines(`${file}: ${bytes} bytes`),
      );
    });

  datasets
    .command('import')
    .description('pictures and their labels; may be sent again')
    .argument('<task>', 'its name')
    .argument('<file>', 'a zip, or tasks of Label Studio as .json')
    .addOption(
      new Option('--format <format>', 'how pictures and labels lie in it')
        .choices(['imagefolder', 'label-studio'])
        .default('imagefolder'),
    )
    .action(async (task: string, file: string, query: { format: string }) => {
      const type = file.toLowerCase().endsWith('.json') ? 'application/json' : 'application/zip';
      const api = await cli.api();
      const report = await api.askJson<Report>('POST /api/tasks/{task}/import', {
        path: { task },
        query: { ...query },
        body: await openUpload(file),
        headers: { 'content-type': type },
      });
      await cli.print(report, (sheet) =>
        sheet.fields(report, REPORT).section('Not taken', report.problems, PROBLEMS),
      );
    });
}
