import { type Command, Option } from 'commander';
import type { DetectionPage, StoredDetection } from '../../resources/detection.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import type { Query } from '../client/fill-path.ts';
import { followEvents } from '../events/follow-events.ts';
import { resolveDigest } from '../models/resolve-digest.ts';
import { type Column, digest, when } from '../output/cell.ts';
import { addFigures } from './add-figures.ts';
import { withFilters } from './with-filters.ts';

interface ListOptions extends PageOptions {
  readonly site?: string;
  readonly device?: string;
  readonly camera?: string;
  readonly label?: string;
  readonly type?: string;
  readonly model?: string;
  readonly stream?: string;
  readonly minScore?: number;
  readonly from?: string;
  readonly to?: string;
  readonly order?: string;
  readonly follow?: boolean;
}

const COLUMNS: readonly Column<StoredDetection>[] = [
  { head: 'CAPTURED', cell: ({ capturedAt }) => when(capturedAt) },
  { head: 'DEVICE', cell: ({ device }) => device, keep: true },
  { head: 'CAMERA', cell: ({ camera }) => camera },
  { head: 'TYPE', cell: ({ type }) => type },
  { head: 'LABEL', cell: ({ label }) => label },
  { head: 'SCORE', cell: ({ score }) => score.toFixed(3), right: true },
  { head: 'MODEL', cell: ({ model }) => digest(model) },
];

/** What only a list of what is stored already can be picked by. */
const PAST = ['from', 'to', 'order', 'limit', 'cursor'];

/** `edgeloop detections`: as a history, as they come, counted, and as CSV. */
export function addDetections(detections: Command, cli: Cli): void {
  withFilters(withPaging(detections.command('list')))
    .description('stored detections that fit every filter, newest first')
    .addOption(
      new Option('--order <order>', 'stored: as they were stored').choices([
        ...['newest', 'oldest', 'stored'],
      ]),
    )
    .addOption(
      new Option('--follow', 'each as it is stored from now on, until Ctrl-C').conflicts(PAST),
    )
    .action(({ follow, limit, cursor, ...query }: ListOptions) =>
      follow
        ? followDetections(cli, query)
        : listDetections(cli, { ...query }, { limit, ...(cursor !== undefined && { cursor }) }),
    );

  addFigures(detections, cli);
}

async function listDetections(
  cli: Cli,
  query: Query & { readonly model?: string },
  page: PageOptions,
): Promise<void> {
  const api = await cli.api();
  const model = query.model && (await resolveDigest(api, query.model));
  const found = await collectPages<DetectionPage>(api, 'GET /api/detections', 'detections', {
    ...page,
    query: { ...query, model },
  });
  await cli.print(found, (sheet) =>
    sheet.table(found.detections, COLUMNS, 'No detection fits.').more(found.next),
  );
}

/** The server picks site and device; the rest is picked here. */
async function followDetections(
  cli: Cli,
  { site, device, camera, label, type, model, stream, minScore = 0 }: Omit<ListOptions, 'limit'>,
): Promise<void> {
  const wanted = (found: StoredDetection) =>
    (!camera || found.camera === camera) &&
    (!label || found.label === label) &&
    (!type || found.type === type) &&
    (!model || found.model.startsWith(model)) &&
    (!stream || found.stream === stream) &&
    found.score >= minScore;
  const query = { kind: 'detection.stored', site, device };
  cli.setInterruption('Detections are followed no longer; they are stored all the same.');
  for await (const { data } of followEvents(await cli.api(), query, (text) => cli.say(text))) {
    const found = data as StoredDetection;
    if (wanted(found)) await cli.print(found, (sheet) => sheet.row(found, COLUMNS));
  }
}
