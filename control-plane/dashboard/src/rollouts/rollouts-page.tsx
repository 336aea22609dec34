import { Link, useSearchParams } from 'wouter-preact';
import type { RolloutSummary } from '../../../src/resources/rollout.ts';
import type { RolloutState } from '../../../src/rollouts/states/rollout-states.ts';
import { path } from '../api/path.ts';
import { may } from '../session/session-state.ts';
import { Ago } from '../ui/ago.tsx';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Select } from '../ui/field.tsx';
import { plural } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { State } from '../ui/state.tsx';
import '../ui/table.css';
import './filter.css';
import './rollouts-page.css';
import { ShowMore } from '../ui/show-more.tsx';
import { useRolloutList } from './use-rollout-list.ts';
import { byInWords, cargoInWords, courseInWords } from './words/decisions.ts';
import { ROLLOUT_STATES } from './words/rollout-states.ts';

/** Every rollout, newest first: where it is, or how it ended and why. */
export function RolloutsPage() {
  const [search, setSearch] = useSearchParams();
  const state = search.get('state') ?? '';
  const { rollouts, waiting, problem, read, ...list } = useRolloutList(state);
  return (
    <Page
      title="Rollouts"
      actions={
        may('operator') && (
          <Link href="/rollouts/new" class="button button-primary">
            New rollout
          </Link>
        )
      }
    >
      <div class="rollouts-filter">
        <Select
          label="State"
          value={state}
          onChange={({ currentTarget: { value } }) =>
            setSearch(value === '' ? {} : { state: value }, { replace: true })
          }
        >
          <option value="">all</option>
          {(Object.keys(ROLLOUT_STATES) as RolloutState[]).map((name) => (
            <option key={name} value={name}>
              {ROLLOUT_STATES[name].word}
            </option>
          ))}
        </Select>
        <p class="rollouts-waiting" role="status">
          {waiting > 0 && (
            <Button onClick={list.showNew}>Show {plural(waiting, 'new rollout')}</Button>
          )}
        </p>
      </div>
      {problem && (
        <ErrorNote what="The rollouts were not read." error={problem} retry={list.reload} />
      )}
      {read && rollouts.length === 0 && waiting === 0 && <None filtered={state !== ''} />}
      <ul class="rollouts-list">
        {rollouts.map((rollout) => (
          <Row key={rollout.rollout} rollout={rollout} />
        ))}
      </ul>
      <ShowMore {...list} label="Show older ones" command="edgeloop rollouts list --limit all" />
    </Page>
  );
}

function Row({ rollout }: { rollout: RolloutSummary }) {
  const {
    rollout: id,
    name,
    state,
    wave,
    waves,
    startedAt,
    createdBy,
    createdAt,
    decided,
  } = rollout;
  const { kind, word } = ROLLOUT_STATES[state];
  return (
    <li class="rollouts-row">
      <div class="rollouts-row-state">
        <State kind={kind}>{word}</State>
        <span class="caption">
          {startedAt === null ? plural(waves, 'wave') : `wave ${wave + 1} of ${waves}`}
        </span>
      </div>
      <div class="rollouts-row-what">
        <Link href={path`/rollouts/${id}`} class="strong">
          {name}
        </Link>
        <p>{courseInWords(decided)}</p>
      </div>
      <div class="rollouts-row-facts caption">
        <span>{cargoInWords(rollout)}</span>
        <span>
          by {byInWords(createdBy)} <Ago at={createdAt} />
        </span>
      </div>
    </li>
  );
}

function None({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <Empty title="No rollout is in that state.">
        <Link href="/rollouts">All rollouts</Link>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing has been rolled out yet.">
      <p>
        A rollout brings a model, or a version of a configuration, to devices: in waves, a canary
        first, each wave judged by what its devices report. What is not well goes back by itself.
      </p>
      {may('operator') ? (
        <Link href="/rollouts/new">Plan the first one</Link>
      ) : (
        <p>Planning one needs the role operator.</p>
      )}
    </Empty>
  );
}
