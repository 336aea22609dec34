import { useState } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import { answers } from './answers.ts';

/** How many answers are on their way, in a place that is always there. */
export function SendingState() {
  const waiting = answers.state.value.waiting.length;
  const trouble = answers.trouble.value;
  if (trouble) return <State kind="warn">{plural(waiting, 'answer')} not sent yet</State>;
  if (waiting > 0) return <State kind="active">sending {waiting}</State>;
  return <State kind="good">all saved</State>;
}

/**
 * What keeps answers from arriving, and what one can do. Nothing is lost while this page is open.
 */
export function SendingTrouble() {
  const { waiting, refused } = answers.state.value;
  const trouble = answers.trouble.value;
  const [dropping, setDropping] = useState(false);
  return (
    <>
      {trouble && (
        <ErrorNote
          what={`${plural(waiting.length, 'answer')} wait here, in order: keep this page open.`}
          error={trouble}
          retry={() => answers.hurry()}
        />
      )}
      {refused.length > 0 && (
        <ErrorNote
          what={`${plural(refused.length, 'answer')} refused.`}
          error={refused[0]?.problem as Error}
          retry={() => answers.sendRefusedAgain()}
        >
          <p>They are kept until you say what becomes of them.</p>
          <Button kind="quiet" onClick={() => setDropping(true)}>
            Drop them
          </Button>
        </ErrorNote>
      )}
      {dropping && refused.length > 0 && (
        <Confirm
          title={`Drop ${plural(refused.length, 'answer')}?`}
          verb="Drop them"
          onConfirm={async () => answers.dropRefused()}
          onClose={() => setDropping(false)}
        >
          <p>
            What you said of {refused.length === 1 ? 'this picture' : 'these pictures'} is lost: the
            control plane has none of it. Whoever labels is asked again.
          </p>
        </Confirm>
      )}
    </>
  );
}
