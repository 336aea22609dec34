import { Link } from 'wouter-preact';
import type { ModelDetails } from '../../../../src/resources/model.ts';
import type { TaskView } from '../../../../src/resources/task.ts';
import { path, withQuery } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { shortDigest } from '../../ui/format.ts';
import { MissingPage } from '../../ui/missing-page.tsx';
import { Page } from '../../ui/page.tsx';
import './model.css';
import { ModelActions } from './model-actions.tsx';
import { ModelSections } from './model-sections.tsx';
import { ModelState } from './model-state.tsx';

/** One version, with all that is known of it. */
export function ModelPage({ digest }: { digest: string }) {
  const model = useResource<ModelDetails>(path`/api/models/${digest}`, {
    on: ['alias.changed', 'model.registered', 'model.refused', 'model.removed', 'job.changed'],
  });
  const task = useResource<TaskView>(model.value ? path`/api/tasks/${model.value.task}` : null, {
    on: ['alias.changed'],
  });
  const { value, problem } = model;
  if (!value) {
    return (
      <MissingPage
        title={`Model ${shortDigest(digest)}`}
        kind="model"
        list={{ href: '/models', name: 'Models' }}
        problem={problem}
        retry={model.reload}
      >
        Its digest may be mistyped, or somebody took the version out of the registry.
      </MissingPage>
    );
  }
  const champion = task.value?.aliases.find(({ alias }) => alias === 'champion')?.digest ?? null;
  return (
    <Page
      title={`${value.name} ${shortDigest(digest)}`}
      above={<Link href={withQuery('/models', { task: value.task })}>Models of {value.task}</Link>}
      actions={<ModelActions model={value} champion={champion} />}
    >
      {problem && <ErrorNote what="It was not read again." error={problem} retry={model.reload} />}
      <ModelState model={value} />
      <ModelSections
        model={value}
        classes={task.value?.classes ?? value.manifest.classes}
        champion={champion}
      />
    </Page>
  );
}
