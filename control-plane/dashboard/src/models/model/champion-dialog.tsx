import { useState } from 'preact/hooks';
import type { ModelDetails } from '../../../../src/resources/model.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { shortDigest } from '../../ui/format.ts';
import { Note } from '../../ui/note.tsx';
import { toast } from '../../ui/toasts.tsx';
import { refusalInWords } from '../figures/refusal-in-words.ts';

interface ChampionDialogProps {
  readonly model: Pick<ModelDetails, 'digest' | 'task' | 'gate'>;
  /** Of now; what it is when the dialog opens is what it speaks of. */
  readonly champion: string | null;
  readonly onClose: () => void;
}

/** Lets the alias champion stand for a version: it is no rollout, and the dialog says so. */
export function ChampionDialog({ model, champion: now, onClose }: ChampionDialogProps) {
  const { digest, task } = model;
  const [champion] = useState(now);
  const refusal = refusalInWords(model);
  const confirm = async () => {
    // As it was seen: who moved it meanwhile is not overruled unseen.
    await api.put(path`/api/models/${digest}/aliases/champion`, { expected: champion });
    toast(`${shortDigest(digest)} is champion of ${task} now.`);
  };
  return (
    <Confirm
      title={`Make ${shortDigest(digest)} champion of ${task}?`}
      verb="Make it champion"
      danger={false}
      onConfirm={confirm}
      // The page behind it follows by itself.
      onShowNow={() => {}}
      onClose={onClose}
    >
      {refusal !== null && <Note kind="warn">{refusal}</Note>}
      <p>
        {champion === null
          ? 'There is no champion yet.'
          : `It takes the place of ${shortDigest(champion)}.`}{' '}
        From then on the gate compares new models with it, and trainings begin from its weights.
      </p>
      <p>No device changes what it runs: that is what a rollout does.</p>
    </Confirm>
  );
}
