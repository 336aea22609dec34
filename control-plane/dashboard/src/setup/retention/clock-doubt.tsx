import { useState } from 'preact/hooks';
import type { ClockView } from '../../../../src/resources/clock.ts';
import type { RetentionPreview, RetentionView } from '../../../../src/resources/retention.ts';
import { api } from '../../api/client.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Section } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { FormEnd } from '../form-end.tsx';
import { removalOf } from './removal.ts';

interface ClockDoubtProps {
  readonly clock: ClockView;
  readonly settings: RetentionView['settings'];
  readonly onConfirmed: () => void;
}

/**
 * The server's clock is not believed: what it says, and what goes when a person says that it is
 * right.
 */
export function ClockDoubt({ clock, settings, onConfirmed }: ClockDoubtProps) {
  const [going, setGoing] = useState<RetentionPreview | null>(null);
  const { busy, error, run } = useAction();
  const ask = () =>
    run(async () => {
      const asked = { changesNothing: true };
      const body = { settings, byClock: true };
      setGoing(await api.post<RetentionPreview>('/api/retention/preview', body, asked));
    });
  const confirm = async () => {
    await api.post('/api/retention/clock', { now: new Date().toISOString() });
    toast('The clock is believed now.');
    onConfirmed();
  };
  const lines = going ? removalOf(going) : [];
  return (
    <Section title="Clock">
      <State kind="bad">The server's clock is not believed</State>
      <p>{clock.doubt}</p>
      {may('admin') && (
        <FormEnd failed="The clock is still not believed." error={error}>
          <Button onClick={ask} busy={busy}>
            The clock is right
          </Button>
        </FormEnd>
      )}
      {going && (
        <Confirm
          title="Is the clock right?"
          verb="It is right"
          {...(lines.length > 0 ? { typed: 'remove' } : { danger: false })}
          onConfirm={confirm}
          onClose={() => setGoing(null)}
        >
          <p>{`It says ${clock.says}, and is compared with the clock of this browser.`}</p>
          {lines.length > 0 && (
            <>
              <p>By it this is too old, and goes within a minute, for good:</p>
              <ul>
                {lines.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </>
          )}
        </Confirm>
      )}
    </Section>
  );
}
