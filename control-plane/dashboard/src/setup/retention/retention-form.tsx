import { useState } from 'preact/hooks';
import type {
  RetentionPreview,
  RetentionUsage,
  RetentionView,
} from '../../../../src/resources/retention.ts';
import { api } from '../../api/client.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/page.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { FormEnd } from '../form-end.tsx';
import { draftOf, settingsOf } from './bound-draft.ts';
import { ConfirmRemoval } from './confirm-removal.tsx';
import { KeptFields } from './kept-fields.tsx';
import { removalOf } from './removal.ts';

const PREVIEW = '/api/retention/preview';

interface RetentionFormProps {
  readonly view: RetentionView;
  readonly etag: string | null;
  /** Undefined: not known yet. */
  readonly usage: RetentionUsage | undefined;
  readonly onChanged: () => void;
}

/** What would go is asked before anything is set, and said where it is something. */
export function RetentionForm({ view, etag, usage, onChanged }: RetentionFormProps) {
  const [draft, setDraft] = useState(() => draftOf(view.bounds));
  const [going, setGoing] = useState<RetentionPreview | null>(null);
  const { busy, error, run } = useAction();
  const readOnly = !may('admin');
  const settings = settingsOf(draft, view);
  const save = async () => {
    await api.put('/api/retention', { settings }, { ifMatch: etag });
    toast('What is kept is saved.');
    onChanged();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    return run(async () => {
      const asked = { changesNothing: true };
      const preview = await api.post<RetentionPreview>(PREVIEW, { settings }, asked);
      if (removalOf(preview).length === 0) await save();
      else setGoing(preview);
    });
  };
  const form = { view, draft, readOnly, onDraft: setDraft, disk: usage?.disk.total ?? 0 };
  return (
    <>
      <form class="setup-section" onSubmit={submit}>
        <Section title="Detections">
          <KeptFields
            {...form}
            aged="Detections"
            sized="Database"
            used={usage?.database ?? null}
            age="detectionAge"
            size="databaseBytes"
            older="Detections that were received longer ago are removed."
            more="The oldest detections are removed while the database holds more."
          />
        </Section>
        <Section title="Pictures to label">
          <KeptFields
            {...form}
            aged="Pictures"
            sized="Pictures"
            used={usage?.samples ?? null}
            age="sampleAge"
            size="sampleBytes"
            older="Those without a label that were received longer ago are removed."
            more="The oldest without a label are removed while all pictures take more."
          />
          <p class="caption">What has a label or is in a dataset stays, however old.</p>
        </Section>
        <Section title="Thumbnails of occurrences">
          <KeptFields
            {...form}
            aged="Thumbnails"
            sized="Thumbnails"
            used={usage?.pictures ?? null}
            age="pictureAge"
            size="pictureBytes"
            older="Those that were received longer ago are removed."
            more="The oldest of the devices that have most are removed while all take more."
          />
        </Section>
        {readOnly ? (
          <p class="caption">An admin changes it.</p>
        ) : (
          <FormEnd failed="What is kept stays as it was." error={error} onShowNow={onChanged}>
            <Button type="submit" kind="primary" busy={busy}>
              Save
            </Button>
            {Object.keys(settings).length > 0 && (
              <Button onClick={() => setDraft(draftOf(view.defaults))}>As it was started</Button>
            )}
          </FormEnd>
        )}
      </form>
      {going && (
        <ConfirmRemoval
          preview={going}
          onConfirm={save}
          onShowNow={onChanged}
          onClose={() => setGoing(null)}
        />
      )}
    </>
  );
}
