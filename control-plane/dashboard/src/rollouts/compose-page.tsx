import { useEffect, useState } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import type { RolloutView } from '../../../src/resources/rollout.ts';
import { api } from '../api/client.ts';
import { path } from '../api/path.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Page, Section } from '../ui/page.tsx';
import { CargoFields } from './compose/cargo-fields.tsx';
import { checkDraft } from './compose/check-draft.ts';
import './compose/compose.css';
import { type Draft, firstDraft } from './compose/draft.ts';
import type { PartProps } from './compose/part-props.ts';
import { PreviewPanel } from './compose/preview-panel.tsx';
import { remarksOn } from './compose/preview-words.ts';
import { RulesFields } from './compose/rules-fields.tsx';
import { TargetFields } from './compose/target-fields.tsx';
import { useDefaultGates } from './compose/use-default-gates.ts';
import { usePreview } from './compose/use-preview.ts';
import { WavesFields } from './compose/waves-fields.tsx';
import { WhenFields } from './compose/when-fields.tsx';

/** Plans a rollout, and shows beside it whom it would hit. `?task=…&model=…&site=…` begin it. */
export function ComposePage() {
  const search = useSearch();
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(() => draftOf(new URLSearchParams(search)));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [sending, setSending] = useState<'no' | 'yes' | Error>('no');
  const { request, mistakes } = checkDraft(draft, Date.now());
  const { preview, problem, fresh } = usePreview(request);
  const defaults = useDefaultGates(draft, preview);
  /** How often somebody wanted to go on, and could not. */
  const [refused, setRefused] = useState(0);
  useEffect(() => {
    if (refused > 0) document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refused]);

  const change = (changes: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...changes }));
    setTouched((before) => new Set([...before, ...Object.keys(changes)]));
  };
  const parts: PartProps = {
    ...{ draft, change },
    // What nobody has written yet is no mistake, before somebody wants to go on.
    shown: (field) => {
      const [part = ''] = field.split('.');
      return refused > 0 || touched.has(part) ? mistakes[field] : undefined;
    },
  };
  const waits = draft.start !== 'by hand';
  const remarks = preview && fresh ? remarksOn(preview, waits) : [];
  const kept = remarks.some(({ kind }) => kind === 'waits');

  const send = async (event: Event) => {
    event.preventDefault();
    if (!request || !preview || !fresh || problem) return setRefused(refused + 1);
    setSending('yes');
    try {
      const { rollout } = preview;
      const made = await api.post<RolloutView>(
        '/api/rollouts',
        { ...request, rollout },
        { idempotencyKey: rollout },
      );
      navigate(path`/rollouts/${made.rollout}`);
    } catch (error) {
      setSending(error as Error);
    }
  };

  return (
    <Page title="New rollout" above={<Link href="/rollouts">Rollouts</Link>}>
      <form class="rollouts-compose" onSubmit={send} noValidate>
        <div class="rollouts-form">
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
        <aside class="rollouts-aside" aria-label="Who would be hit">
          <Section title="Who would be hit">
            {preview === null && request === null && (
              <p class="caption">Choose what goes out: then it stands here.</p>
            )}
            {problem && <ErrorNote what="This can not be meant." error={problem} />}
            {preview && !problem && (
              <div aria-busy={!fresh}>
                <PreviewPanel preview={preview} waits={waits} />
              </div>
            )}
            {refused > 0 && request === null && (
              <p class="field-error" role="alert">
                {Object.values(mistakes)[0]}
              </p>
            )}
            {sending instanceof Error && <ErrorNote what="It was not made." error={sending} />}
            <Button type="submit" kind="primary" busy={sending === 'yes'}>
              {labelOf(draft, kept, preview?.waves[0]?.devices)}
            </Button>
          </Section>
        </aside>
      </form>
    </Page>
  );
}

/** What the button does, to how many. */
function labelOf({ start, approval }: Draft, kept: boolean, canary: number | undefined): string {
  if (approval) return 'Plan it, for approval';
  if (start !== 'now') return 'Plan it';
  if (kept) return 'Plan it: it waits its turn';
  if (canary === undefined) return 'Start it';
  return `Start it with ${canary} ${canary === 1 ? 'device' : 'devices'}`;
}

function draftOf(query: URLSearchParams): Draft {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const draft = firstDraft(timeZone);
  const version = query.get('version');
  return {
    ...draft,
    task: query.get('task') ?? draft.task,
    model: query.get('model') ?? draft.model,
    slot: query.get('slot') ?? draft.slot,
    sites: query.get('site') ?? draft.sites,
    tags: query.get('tag') ?? draft.tags,
    ...(version && { kind: 'configuration', version }),
  };
}
