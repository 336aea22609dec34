import {
  DURATION_PATTERN,
  parseDuration,
  parseSize,
  SIZE_PATTERN,
} from '@edgeloop/protocol/quantity';
import { type Command, InvalidArgumentError } from 'commander';
import type {
  RetentionPreview,
  RetentionSettings,
  RetentionView,
} from '../../resources/retention.ts';
import type { Cli } from '../cli.ts';
import { type Column, size } from '../output/cell.ts';
import { describeRemoval } from './describe-removal.ts';

/** A number, or a word: no bound; as the control plane was started. */
type SettingChanges = { readonly [Name in keyof RetentionSettings]?: Meant };
type Meant = number | 'none' | 'default';

const FIELDS: readonly Column<RetentionView>[] = (
  [
    'detectionAge',
    'databaseBytes',
    'sampleAge',
    'sampleBytes',
    'pictureAge',
    'pictureBytes',
  ] as const
).map((name) => ({
  head: name.replace(/[A-Z]/, (letter) => ` ${letter}`).toUpperCase(),
  cell: ({ bounds }) => {
    const value = bounds[name];
    if (value === null) return 'no bound';
    return name.endsWith('Age') ? `${value / 86_400_000} d` : size(value);
  },
}));

/** `retention set`: says what goes by it, and asks. */
export function addSetting(retention: Command, cli: Cli): void {
  retention
    .command('set')
    .description(
      'change what is kept; of each: a value, none for no bound, default as it was started',
    )
    .option('--detection-age <duration>', 'detections received longer ago go: 90d', age)
    .option('--database-bytes <size>', 'the oldest go while the database holds more: 20GiB', bytes)
    .option('--sample-age <duration>', 'pictures without a label received longer ago go: 90d', age)
    .option('--sample-bytes <size>', 'the oldest without a label go while all take more', bytes)
    .option('--picture-age <duration>', 'thumbnails of occurrences received longer ago go', age)
    .option('--picture-bytes <size>', 'the oldest thumbnails go while all take more: 2GiB', bytes)
    .action(async (given: SettingChanges) => {
      const api = await cli.api();
      const answer = await api.ask('GET /api/retention');
      const before = JSON.parse(await answer.text()) as RetentionView;
      const { etag } = answer.headers;
      const json = { settings: changed(before.settings, given) };
      const preview = await api.askJson<RetentionPreview>('POST /api/retention/preview', { json });
      const removal = describeRemoval(preview);
      if (removal !== null) await cli.confirm(removal);
      // What somebody else set in the meantime is not overwritten: the server says 412.
      const view = await api.askJson<RetentionView>('PUT /api/retention', {
        json,
        ...(etag && { headers: { 'if-match': etag } }),
      });
      await cli.print(view, (sheet) => sheet.fields(view, FIELDS));
    });
}

function changed(before: RetentionSettings, given: SettingChanges): RetentionSettings {
  const set = Object.entries(given).flatMap(([name, meant]) =>
    meant === 'default' ? [] : [[name, meant === 'none' ? null : meant] as const],
  );
  const kept = Object.entries(before).filter(([name]) => !(name in given));
  return Object.fromEntries([...kept, ...set]);
}

const isWord = (text: string): text is 'none' | 'default' => text === 'none' || text === 'default';

function age(text: string): Meant {
  if (isWord(text)) return text;
  if (new RegExp(DURATION_PATTERN).test(text)) return parseDuration(text);
  throw new InvalidArgumentError('Expected a number with a unit (12h, 90d), none, or default.');
}

function bytes(text: string): Meant {
  if (isWord(text)) return text;
  if (new RegExp(SIZE_PATTERN).test(text)) return parseSize(text);
  throw new InvalidArgumentError(
    'Expected a number with a unit (500MiB, 20GiB), none, or default.',
  );
}
