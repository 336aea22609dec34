import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { NewLabel } from '../../../src/resources/label.ts';
import { ImportDialog } from '../import/import-dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAnswerKeys } from './answer-keys.tsx';
import { ClassButtons } from './class-buttons.tsx';
import { GuessLine } from './guess-line.tsx';
import { NewClassDialog } from './new-class-dialog.tsx';
import { OtherAnswers } from './other-answers.tsx';
import { PictureDeck } from './picture-deck.tsx';
import { NextGain, SoFar } from './progress/progress-panel.tsx';
import { useProgress } from './progress/use-progress.ts';
import { guessOf } from './queue/label-queue.ts';
import { LabelSession } from './queue/label-session.ts';
import { QueueEmpty } from './queue-empty.tsx';

interface LabelTaskProps {
  readonly task: string;
  readonly classes: readonly string[];
  /** One was added. */
  readonly onClasses: () => void;
}

const inWords = (said: NewLabel): string => (said.kind === 'class' ? said.class : WORDS[said.kind]);
const WORDS = { none: 'none of the classes', skip: 'skipped' } as const;

/** The labelling session of one task. */
export function LabelTask({ task, classes, onClasses }: LabelTaskProps) {
  const session = useMemo(() => new LabelSession(task), [task]);
  useEffect(() => {
    session.start();
    return () => session.close();
  }, [session]);
  const progress = useProgress(task);
  const ready = useRef(new Set<string>());
  const [adding, setAdding] = useState(false);
  const [importing, setImporting] = useState(false);
  const [hint, setHint] = useState('');

  const { upcoming, done, dry } = session.queue.value;
  const [sample] = upcoming;
  const last = done.at(-1);
  const guess = sample ? guessOf(sample) : null;
  const say = (said: NewLabel) => {
    const seen = session.queue.value.upcoming[0];
    // An answer is for a picture that was seen; what can't be seen can be skipped.
    if (seen && !ready.current.has(seen.sha256) && said.kind !== 'skip') {
      setHint('The picture is still on its way.');
    } else if (session.answer(said)) setHint('');
  };
  const undo = () => {
    session.undo();
    setHint('');
  };
  const sayClass = (name: string) => say({ kind: 'class', class: name });
  const on = {
    onClass: sayClass,
    onGuess: () => {
      const seen = session.queue.value.upcoming[0];
      const taken = seen && guessOf(seen);
      if (taken && classes.includes(taken.name)) sayClass(taken.name);
    },
    onNone: () => say({ kind: 'none' }),
    onSkip: () => say({ kind: 'skip' }),
    onUndo: undo,
    onNewClass: () => setAdding(true),
  };
  useAnswerKeys({ classes, ...on });

  const empty = !sample && dry;
  const labels = progress.value
    ? new Map(progress.value.classes.map(({ class: name, labels }) => [name, labels]))
    : null;
  return (
    <>
      {session.problem.value && !sample && (
        <ErrorNote
          what="No pictures came."
          error={session.problem.value}
          retry={() => session.retry()}
        />
      )}
      <div class="label-desk">
        <section class="label-picture" aria-label="Picture">
          {empty ? (
            <QueueEmpty task={task} progress={progress.value} onImport={() => setImporting(true)} />
          ) : (
            <PictureDeck
              upcoming={upcoming}
              previous={last?.sample}
              onReady={(sha256) => ready.current.add(sha256)}
            />
          )}
          <div class="label-words">
            {sample && <GuessLine sample={sample} classes={classes} />}
            <p class="caption label-last" role="status">
              {hint || (last ? `Last: ${inWords(last.said)}. U takes it back.` : '\u00a0')}
            </p>
          </div>
        </section>
        <section class="label-answers" aria-label="What is it?">
          <ClassButtons
            {...{ task, classes, guess, labels }}
            disabled={!sample}
            onAnswer={sayClass}
          />
          <OtherAnswers
            disabled={!sample}
            onNone={on.onNone}
            onSkip={on.onSkip}
            onUndo={on.onUndo}
            onNewClass={on.onNewClass}
          />
          <SoFar progress={progress.value} />
        </section>
      </div>
      {progress.problem && (
        <ErrorNote
          what="How far labelling is was not counted."
          error={progress.problem}
          retry={progress.reload}
        />
      )}
      <NextGain progress={progress.value} />
      {importing && <ImportDialog task={task} onClose={() => setImporting(false)} />}
      {adding && (
        <NewClassDialog
          task={task}
          hasPicture={sample !== undefined}
          onAdded={(name, answer) => {
            onClasses();
            if (answer) sayClass(name);
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}
