import { useEffect } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { path } from '../../api/path.ts';
import { mayPass } from '../../api/problem.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page.tsx';
import { CargoFields } from './cargo-fields.tsx';
import { checkDraft } from './check-draft.ts';
import './compose.css';
import type { Draft } from './draft.ts';
import { forgetDraft } from './kept-draft.ts';
import type { PartProps } from './part-props.ts';
import { PreviewPanel } from './preview-panel.tsx';
import { RulesFields } from './rules-fields.tsx';
import { TargetFields } from './target-fields.tsx';
import { useDefaultGates } from './use-default-gates.ts';
import { useDraft } from './use-draft.ts';
import { usePreview } from './use-preview.ts';
import { useSending } from './use-sending.ts';
import { verbOf } from './verb.ts';
import { WavesFields } from './waves-fields.tsx';
import { WhenFields } from './when-fields.tsx';

interface ComposerProps {
  /** The query of the address, which begins the plan. */
  readonly search: string;
  /** Wanted, after what was written before was found again. */
  readonly onAnew: () => void;
}

/** The form of a plan, with whom it would hit, and the button. */
export function Composer({ search, onAnew }: ComposerProps) {
  const [, navigate] = useLocation();
  const { draft, touched, wasKept, ...written } = useDraft(search);
  const { request, mistakes } = checkDraft(draft, Date.now());
  const known = usePreview(request);
  const { preview, problem, fresh } = known;
  const defaults = useDefaultGates(draft, preview);
  const waits = draft.start !== 'by hand';
  const sending = useSending(request, known, waits, (made) => {
    forgetDraft();
    navigate(path`/rollouts/${made}`);
  });
  const { refused } = sending;
  useEffect(() => {
    if (refused > 0) document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refused]);

  const change = (changes: Partial<Draft>) => {
    written.change(changes);
    sending.giveUp();
  };
  const parts: PartProps = {
    draft,
    change,
    begin: written.begin,
    // What nobody has written yet is no mistake, before somebody wants to go on.
    shown: (field) => {
      const [part = ''] = field.split('.');
      return refused > 0 || touched.has(part) ? mistakes[field] : undefined;
    },
  };
  // What failed for a while says nothing against what was known.
  const isKnown = preview !== null && (problem === null || mayPass(problem));
  return (
    // Enter in a field starts nothing on anybody's devices: the button alone does.
    <form class="rollouts-compose" onSubmit={(event) => event.preventDefault()} noValidate>
      <div class="rollouts-form">
        {wasKept && (
          <p class="rollouts-kept caption">
            This is what you wrote before.
            <Button kind="quiet" onClick={onAnew}>
              Begin anew
            </Button>
          </p>
        )}
        <Section title="What goes out">
          <CargoFields {...parts} />
        </Section>
        <Section title="To whom">
          <TargetFields {...parts} />
        </Section>
        <Section title="In waves">
          <WavesFields {...parts} defaults={defaults} />
        </Section>
        <Section title="When">
          <WhenFields {...parts} />
        </Section>
        <Section title="Rules">
          <RulesFields {...parts} />
        </Section>
      </div>
      <aside class="rollouts-aside" aria-label="Which devices it would reach">
        <Section title="Which devices it would reach">
          {preview === null && request === null && (
            <p class="caption">Choose what goes out: then it stands here.</p>
          )}
          {problem && (
            <ErrorNote
              what={
                mayPass(problem)
                  ? 'It is not known now which devices it would reach.'
                  : 'This can not be meant.'
              }
              error={problem}
            />
          )}
          {isKnown && (
            <div aria-busy={!fresh}>
              <PreviewPanel preview={preview} waits={waits} />
            </div>
          )}
          {refused > 0 && request === null && (
            <p class="field-error" role="alert">
              {Object.values(mistakes)[0]}
            </p>
          )}
          {sending.look && (
            <p class="field-error" role="alert">
              Nothing was made yet: see above what speaks against it. Pressed again, it is made all
              the same.
            </p>
          )}
          {sending.error && <ErrorNote what="It was not made." error={sending.error} />}
          <Button kind="primary" busy={sending.busy} onClick={sending.press}>
            {verbOf(draft, fresh && problem === null ? preview : null)}
          </Button>
        </Section>
      </aside>
    </form>
  );
}
