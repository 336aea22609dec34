import type { Static } from 'typebox';
import type {
  ConfigurationList,
  ConfigurationVersionPage,
} from '../../../../src/resources/configuration.ts';
import type { ModelPage } from '../../../../src/resources/model.ts';
import type { RolloutPage } from '../../../../src/resources/rollout.ts';
import type { TaskList } from '../../../../src/resources/task.ts';
import { path, withQuery } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { useVersion } from '../../device/configuration/use-version.ts';
import { Field, Select } from '../../ui/field.tsx';
import { dateTime, percent, shortDigest } from '../../ui/format.ts';
import { Segmented } from '../../ui/segmented.tsx';
import type { PartProps } from './part-props.ts';
import { useOnlyChoice } from './use-only-choice.ts';
import { versionOptions } from './version-options.ts';

const KINDS = [
  { value: 'model', label: 'A model' },
  { value: 'configuration', label: 'A configuration' },
] as const;

/** What goes out. */
export function CargoFields(props: PartProps) {
  const { draft, change } = props;
  return (
    <>
      <Segmented
        label="What goes out"
        value={draft.kind}
        options={KINDS}
        onChange={(kind) => change({ kind })}
      />
      <div class="rollouts-fields">
        {draft.kind === 'model' ? <ModelFields {...props} /> : <ConfigurationFields {...props} />}
      </div>
    </>
  );
}

function ModelFields({ draft, change, begin, shown }: PartProps) {
  const tasks = useResource<Static<typeof TaskList>>('/api/tasks');
  const models = useResource<ModelPage>(
    draft.task === ''
      ? null
      : withQuery('/api/models', { task: draft.task, state: 'registered', limit: 200 }),
    { on: ['model.registered', 'alias.changed'] },
  );
  const rollouts = useResource<RolloutPage>('/api/rollouts?limit=50');
  const slots = new Set(
    (rollouts.value?.rollouts ?? []).flatMap(({ lane }) =>
      lane.startsWith('model/') ? [lane.slice('model/'.length)] : [],
    ),
  );
  const tasksToChoose = tasks.value?.tasks.map(({ task }) => task);
  useOnlyChoice(draft.task, tasksToChoose, (task) => begin({ task }));
  const modelsToChoose = models.value?.models.map(({ digest }) => digest);
  useOnlyChoice(draft.model, modelsToChoose, (model) => begin({ model }));
  const none = models.value?.models.length === 0;
  return (
    <>
      <Select
        label="Task"
        value={draft.task}
        error={shown('task')}
        hint={tasks.value?.tasks.length === 0 ? 'There is no task yet: make one first.' : undefined}
        onChange={({ currentTarget: { value } }) => change({ task: value, model: '' })}
      >
        <option value="">Choose</option>
        {tasks.value?.tasks.map(({ task }) => (
          <option key={task} value={task}>
            {task}
          </option>
        ))}
      </Select>
      <Select
        label="Model"
        value={draft.model}
        error={shown('model')}
        disabled={draft.task === '' || none}
        hint={none ? 'This task has no registered model: train one, or push one.' : undefined}
        onChange={({ currentTarget: { value } }) => change({ model: value })}
      >
        <option value="">Choose</option>
        {models.value?.models.map(({ digest, name, accuracy, aliases, createdAt }) => (
          <option key={digest} value={digest}>
            {[
              `${name} ${shortDigest(digest)}`,
              ...aliases,
              ...(accuracy === null ? [] : [percent(accuracy)]),
              dateTime(createdAt),
            ].join(', ')}
          </option>
        ))}
      </Select>
      <Field
        label="Slot"
        value={draft.slot}
        error={shown('slot')}
        hint="Of the devices: main, unless their configuration says otherwise"
        list="rollouts-slots"
        spellcheck={false}
        onInput={({ currentTarget: { value } }) => change({ slot: value.trim() })}
      />
      <datalist id="rollouts-slots">
        {[...slots].map((slot) => (
          <option key={slot} value={slot} />
        ))}
      </datalist>
    </>
  );
}

function ConfigurationFields({ draft, change, shown }: PartProps) {
  const all = useResource<Static<typeof ConfigurationList>>('/api/configurations');
  const configurations = all.value?.configurations ?? [];
  const { version: planned } = draft;
  // An address names a version alone, which is its own over all configurations.
  const named = draft.configuration === '' && planned !== '' ? Number(planned) : null;
  const found = useVersion(all.value?.configurations, named, all.reload);
  const chosen = found?.configuration ?? draft.configuration;
  const versions = useResource<ConfigurationVersionPage>(
    chosen === '' ? null : path`/api/configurations/${chosen}/versions`,
  );
  return (
    <>
      <Select
        label="Configuration"
        value={chosen}
        hint={
          all.value && configurations.length === 0
            ? 'There is none yet: POST /api/configurations makes one.'
            : undefined
        }
        onChange={({ currentTarget: { value } }) => {
          const newest = configurations.find(({ configuration }) => configuration === value);
          change({ configuration: value, version: String(newest?.newest.version ?? '') });
        }}
      >
        <option value="">Choose</option>
        {configurations.map(({ configuration }) => (
          <option key={configuration} value={configuration}>
            {configuration}
          </option>
        ))}
      </Select>
      <Select
        label="Version"
        value={planned}
        error={shown('version')}
        disabled={chosen === ''}
        // What the address meant by its version is chosen with it, now that it is another.
        onChange={({ currentTarget: { value } }) =>
          change({ configuration: chosen, version: value })
        }
      >
        <option value="">Choose</option>
        {versionOptions(versions.value?.versions ?? [], planned).map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
    </>
  );
}
