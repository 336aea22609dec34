import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import type { ModelDetails } from '../../../../src/resources/model.ts';
import { api } from '../../api/client.ts';
import { path, withQuery } from '../../api/path.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { shortDigest } from '../../ui/format.ts';
import { toast } from '../../ui/toasts.tsx';
import { ChampionDialog } from './champion-dialog.tsx';

interface ModelActionsProps {
  readonly model: ModelDetails;
  readonly champion: string | null;
}

/** What can be done with a version. */
export function ModelActions({ model, champion }: ModelActionsProps) {
  const { digest, state, task, report, aliases } = model;
  const [asked, setAsked] = useState<'champion' | 'remove' | null>(null);
  const [, navigate] = useLocation();
  const close = () => setAsked(null);
  const operates = may('operator');
  const usable = operates && state === 'registered';
  const remove = async () => {
    await api.delete(path`/api/models/${digest}`);
    toast(`${shortDigest(digest)} was removed.`);
    navigate(withQuery('/models', { task }));
  };
  return (
    <>
      {report && (
        <a
          class="button button-quiet"
          href={path`/api/models/${digest}/report`}
          target="_blank"
          rel="noopener"
        >
          Report
        </a>
      )}
      <a
        class="button button-quiet"
        href={path`/api/models/${digest}/card.md`}
        download={`${task}-${shortDigest(digest)}.md`}
      >
        Model card
      </a>
      {operates && (
        <Button kind="quiet" onClick={() => setAsked('remove')}>
          Remove…
        </Button>
      )}
      {usable && !aliases.includes('champion') && (
        <Button onClick={() => setAsked('champion')}>Make champion…</Button>
      )}
      {usable && (
        <Link
          class="button button-primary"
          href={withQuery('/rollouts/new', { task, model: digest })}
        >
          Roll out
        </Link>
      )}
      {asked === 'champion' && <ChampionDialog {...{ model, champion }} onClose={close} />}
      {asked === 'remove' && (
        <Confirm
          title={`Remove ${shortDigest(digest)}?`}
          verb="Remove the version"
          typed={shortDigest(digest)}
          onConfirm={remove}
          onClose={close}
        >
          <p>
            The version leaves the registry with its files and its report; what another version or a
            sample shares stays. No device changes what it runs: a version that an alias, a device,
            a job or a rollout needs is not removed.
          </p>
          <p>The verdict of its job, the moves of its aliases and the audit log stay.</p>
        </Confirm>
      )}
    </>
  );
}
