import { type Command, InvalidArgumentError, Option } from 'commander';

/** What stored detections can be picked by. */
export function withFilters(command: Command): Command {
  return command
    .option('--site <site>', 'of this site alone')
    .option('--device <device>', 'of this device alone')
    .option('--camera <camera>', 'of this camera alone')
    .option('--label <label>', 'of this class alone')
    .addOption(
      new Option('--type <type>', 'of this type alone').choices(['frame', 'new', 'update', 'end']),
    )
    .option('--model <model>', 'made by this model alone')
    .option('--stream <stream>', 'of this stream alone')
    .option('--min-score <score>', 'from this score on', score)
    .option('--from <time>', 'captured then or later: 2026-11-26T12:00:00.000Z')
    .option('--to <time>', 'captured before');
}

function score(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a score from 0 to 1.');
}
