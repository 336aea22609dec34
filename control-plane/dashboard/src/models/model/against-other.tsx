import { Link, useSearchParams } from 'wouter-preact';
import type { ModelDetails, ModelPage } from '../../../../src/resources/model.ts';
import { path, withQuery } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Select } from '../../ui/field.tsx';
import { shortDigest } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { ClassTable } from '../figures/class-table.tsx';
import { pairedFigures } from '../figures/paired-figures.ts';
import { PairedSummary } from '../figures/paired-summary.tsx';
import { useComparison } from '../figures/use-comparison.ts';
import { Differences } from './differences.tsx';

interface AgainstOtherProps {
  readonly model: ModelDetails;
  readonly champion: string | null;
  /** Of the task. */
  readonly classes: readonly string[];
}

/**
 * The version beside another on the same test samples, down to the pictures that they differ on:
 * beside the champion, unless the address names another.
 */
export function AgainstOther({ model, champion, classes }: AgainstOtherProps) {
  const { digest, task } = model;
  const [query, setQuery] = useSearchParams();
  const versions = useResource<ModelPage>(
    withQuery('/api/models', { task, state: 'registered', limit: 1000 }),
  );
  const others = (versions.value?.models ?? []).filter((each) => each.digest !== digest);
  const fallback = champion === digest ? others[0]?.digest : (champion ?? others[0]?.digest);
  const other = query.get('with') ?? fallback ?? null;
  if (other === null) return null;
  const choose = (chosen: string) =>
    setQuery(
      (before) => {
        before.set('with', chosen);
        return before;
      },
      { replace: true },
    );
  return (
    <Section
      title="Beside another version"
      actions={
        <>
          <Link href={path`/models/${other}`}>open it</Link>
          <Select
            label="Other version"
            hideLabel
            value={other}
            onChange={(event) => choose(event.currentTarget.value)}
          >
            {others.map((each) => (
              <option key={each.digest} value={each.digest}>
                {[shortDigest(each.digest), ...each.aliases].join(' · ')}
              </option>
            ))}
          </Select>
        </>
      }
    >
      <Comparison
        key={other}
        {...{ model, other, classes }}
        name={other === champion ? 'champion' : 'other'}
      />
    </Section>
  );
}

function Comparison({
  model,
  other,
  name,
  classes,
}: Omit<AgainstOtherProps, 'champion'> & { other: string; name: string }) {
  const beside = useResource<ModelDetails>(path`/api/models/${other}`);
  const common = useComparison(model, beside.value);
  const problem = beside.problem ?? common.problem;
  const paired = pairedFigures(model, other, common.value, classes);
  return (
    <div class="model-paired">
      {common.untested && !paired && (
        <p class="caption">
          They can not be compared sample by sample: one of the packages has no test samples.
        </p>
      )}
      {problem && !paired && (
        <ErrorNote
          what="They can not be compared sample by sample."
          error={problem}
          retry={beside.problem ? beside.reload : common.reload}
        />
      )}
      {common.value?.samples === 0 && !paired && (
        <p class="caption">No sample was on the test sides of both.</p>
      )}
      {paired && (
        <>
          <PairedSummary paired={paired} own="model" other={name} />
          <ClassTable
            caption="How many of each class both found, on the same samples"
            own="This model"
            other={name === 'champion' ? 'Champion' : 'Other'}
            rows={paired.classes}
            classes={classes}
          />
        </>
      )}
      {common.value && <Differences {...common.value} />}
    </div>
  );
}
