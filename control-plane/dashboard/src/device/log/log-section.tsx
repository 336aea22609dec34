import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { CommandView, DeviceLogView } from '../../../../src/resources/device-command.ts';
import { path, withQuery } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { newDay, plural } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { useCommand } from '../now/use-command.ts';
import { atLeast, type LogLevel, readLogLine } from './log-lines.ts';
import './log-section.css';

const LINES = 500;
const LEVELS: readonly { readonly value: LogLevel; readonly label: string }[] = [
  { value: 'debug', label: 'All' },
  { value: 'warn', label: 'Warnings' },
  { value: 'error', label: 'Errors' },
];

/** The newest lines of the agent's log, fetched when somebody asks. */
export function LogSection({ device }: { device: string }) {
  const { command, busy, error, ask } = useCommand(device);
  const [level, setLevel] = useState<LogLevel>('debug');
  const log = useResource<DeviceLogView | null>(
    withQuery(path`/api/devices/${device}/log`, { orNone: true }),
  );
  const done = command?.state === 'done' ? command.id : null;
  useEffect(() => {
    if (done) log.reload();
  }, [done]);
  const waits = command?.state === 'pending';
  const lines = (log.value?.lines ?? []).map(readLogLine);
  return (
    <Section
      title="Log"
      actions={
        <>
          {lines.length > 0 && (
            <Segmented label="Level" value={level} options={LEVELS} onChange={setLevel} />
          )}
          <Button busy={busy || waits} onClick={() => void ask({ command: 'logs', lines: LINES })}>
            {waits ? 'Fetching …' : 'Fetch the log'}
          </Button>
        </>
      }
    >
      {error && <ErrorNote what="The log was not asked for." error={error} />}
      <p class="caption" role="status">
        {wordsOf(command)}
        {log.value && (
          <>
            {' '}
            {plural(lines.length, 'line')}, fetched <Ago at={log.value.receivedAt} />.
          </>
        )}
      </p>
      {log.problem && <ErrorNote what="The log was not read." error={log.problem} />}
      {log.value === null && (
        <Empty title="Its log has not been fetched yet.">
          <p>A device keeps its newest lines. It sends them when asked, over its own connection.</p>
        </Empty>
      )}
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too.
        <ol class="device-log" tabIndex={0} aria-label="Lines of the log, the newest last">
          {atLeast(lines, level).map(({ at, level: grave, message, more }, i, shown) => {
            const day = at === null ? null : newDay(at, shown[i - 1]?.at ?? undefined);
            return (
              <Fragment key={i}>
                {day && <li class="device-log-day">{day}</li>}
                <li class={`device-log-line device-log-${grave}`}>
                  <time class="caption">
                    {at === null ? '' : new Date(at).toLocaleTimeString('en-GB')}
                  </time>
                  <span class="device-log-level">{grave}</span>
                  <span class="device-log-words">
                    {message} {more && <span class="device-log-more">{more}</span>}
                  </span>
                </li>
              </Fragment>
            );
          })}
        </ol>
      )}
    </Section>
  );
}

function wordsOf(command: CommandView | null): string {
  switch (command?.state) {
    case 'pending':
      return 'The device is asked; it answers within seconds where it is connected.';
    case 'refused':
      return `The device refused: ${command.ack?.reason ?? 'it gives no reason.'}`;
    case 'unknown':
      return 'Its agent is too old to send its log. Update it (apt upgrade).';
    case 'interrupted':
      return 'The agent ended meanwhile. Ask again.';
    case 'expired':
      return 'The device did not answer. Is it online?';
    default:
      return '';
  }
}
