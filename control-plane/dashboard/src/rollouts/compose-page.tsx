import { useState } from 'preact/hooks';
import { Link, useSearch } from 'wouter-preact';
import { may } from '../session/session-state.ts';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { Composer } from './compose/composer.tsx';
import { forgetDraft } from './compose/kept-draft.ts';

/**
 * Plans a rollout, and shows beside it whom it would hit. `?task=…&model=…&site=…` or `?version=…`
 * begin it.
 */
export function ComposePage() {
  const search = useSearch();
  const [turn, setTurn] = useState(0);
  const beginAnew = () => {
    forgetDraft();
    setTurn(turn + 1);
  };
  return (
    <Page title="New rollout" above={<Link href="/rollouts">Rollouts</Link>}>
      {may('operator') ? (
        <Composer key={`${turn} ${search}`} search={search} onAnew={beginAnew} />
      ) : (
        <Empty title="This needs the role operator.">
          <p>
            People who may plan rollouts see here which devices one would reach, before it starts.
          </p>
          <Link href="/rollouts">To all rollouts</Link>
        </Empty>
      )}
    </Page>
  );
}
