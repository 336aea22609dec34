import { useSearchParams } from 'wouter-preact';
import type { ModelDetails } from '../../../../src/resources/model.ts';
import { path, withQuery } from '../../api/path.ts';
import { Section } from '../../ui/page.tsx';
import { ConfusionMatrix } from '../figures/confusion-matrix.tsx';
import { CellPictures } from './cell-pictures.tsx';

interface ConfusionSectionProps {
  readonly model: Pick<ModelDetails, 'digest' | 'manifest'>;
  readonly classes: readonly string[];
  readonly matrix: readonly (readonly number[])[];
}

/** The matrix, and the pictures of the cell that the address names. */
export function ConfusionSection({ model, classes, matrix }: ConfusionSectionProps) {
  const [query] = useSearchParams();
  const [truth, predicted] = [query.get('truth'), query.get('predicted')];
  const chosen = truth !== null && predicted !== null ? { truth, predicted } : null;
  // What else the address says, such as which version it is beside, stays.
  const hrefOf = (cell: { readonly truth?: string; readonly predicted?: string }) =>
    withQuery(path`/models/${model.digest}`, {
      ...Object.fromEntries(query),
      truth: null,
      predicted: null,
      ...cell,
    });
  return (
    <Section title="Confusion">
      <div class="model-confusion">
        <ConfusionMatrix
          caption="INT8 on its test side"
          classes={model.manifest.classes}
          taskClasses={classes}
          matrix={matrix}
          hrefOf={(truth, predicted) => hrefOf({ truth, predicted })}
          chosen={chosen}
        />
        {chosen ? (
          <CellPictures
            key={`${truth} ${predicted}`}
            digest={model.digest}
            closeHref={hrefOf({})}
            {...chosen}
          />
        ) : (
          <p class="caption">Choose a cell to see its pictures.</p>
        )}
      </div>
    </Section>
  );
}
