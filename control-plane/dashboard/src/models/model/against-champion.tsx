import { Link } from 'wouter-preact';
import type { ModelDetails } from '../../../../src/resources/model.ts';
import type { ModelComparison } from '../../../../src/resources/prediction.ts';
import { path, withQuery } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { shortDigest } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { ClassTable } from '../figures/class-table.tsx';
import { pairedFigures } from '../figures/paired-figures.ts';
import { PairedSummary } from '../figures/paired-summary.tsx';
import { Differences } from './differences.tsx';

interface AgainstChampionProps {
  readonly model: ModelDetails;
  readonly champion: string;
  readonly classes: readonly string[];
}

/** The version beside the champion, on the same test samples, down to the pictures that they differ on. */
export function AgainstChampion({ model, champion, classes }: AgainstChampionProps) {
  const common = useResource<ModelComparison>(
    withQuery(path`/api/models/${model.digest}/comparison`, { with: champion }),
  );
  const paired = pairedFigures(model, champion, common.value, classes);
  const link = (
    <Link href={path`/models/${champion}`}>
      <code>{shortDigest(champion)}</code>
    </Link>
  );
  return (
    <Section title="Against the champion" actions={<span class="caption">champion: {link}</span>}>
      {common.problem && !paired && (
        <ErrorNote
          what="They can not be compared sample by sample."
          error={common.problem}
          retry={common.reload}
        />
      )}
      {common.value?.samples === 0 && !paired && (
        <p class="caption">No sample was on the test sides of both.</p>
      )}
      {paired && (
        <>
          <PairedSummary paired={paired} own="model" other="champion" />
          <ClassTable
            caption="How many of each class both found, on the same samples"
            own="This model"
            other="Champion"
            rows={paired.classes}
            classes={classes}
          />
        </>
      )}
      {common.value && <Differences {...common.value} />}
    </Section>
  );
}
