import { useState } from 'preact/hooks';
import type { JobSummary } from '../../../../src/resources/job.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { toast } from '../../ui/toasts.tsx';
import { canRetry, isActive } from './job-words.ts';

/** To end a job that waits or runs, or to try one again. */
export function JobActions({ job, onDone }: { job: JobSummary; onDone: () => void }) {
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    try {
      await api.post(path`/api/jobs/${job.job}/retry`);
      toast('The job waits for a trainer again.');
      onDone();
    } catch (error) {
      toast((error as Error).message, { bad: true });
    }
    setBusy(false);
  };
  const cancel = async () => {
    await api.post(path`/api/jobs/${job.job}/cancel`);
    onDone();
  };
  if (!may('operator')) return null;
  return (
    <>
      {isActive(job) && <Button onClick={() => setAsked(true)}>Cancel…</Button>}
      {canRetry(job) && (
        <Button busy={busy} onClick={retry}>
          Try again
        </Button>
      )}
      {asked && (
        <Confirm
          title="Cancel this training?"
          verb="Cancel the training"
          onConfirm={cancel}
          onClose={() => setAsked(false)}
        >
          <p>
            {job.trainer && job.state !== 'queued'
              ? `${job.trainer} stops at its next word, within seconds, and is free for another job.`
              : 'It leaves the queue.'}{' '}
            Its last checkpoint stays for a while: “Try again” goes on from there.
          </p>
        </Confirm>
      )}
    </>
  );
}
