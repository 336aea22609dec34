import type { ListedModel, ModelDetails } from '../../../../src/resources/model.ts';
import type { ModelComparison } from '../../../../src/resources/prediction.ts';
import { path, withQuery } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page.tsx';
import { barBegin } from '../figures/accuracy.tsx';
import { ClassTable } from '../figures/class-table.tsx';
import { ConfusionMatrix } from '../figures/confusion-matrix.tsx';
import { modelFacts } from '../figures/model-facts.ts';
import { pairedFigures } from '../figures/paired-figures.ts';
import { PairedSummary } from '../figures/paired-summary.tsx';
import { useComparison } from '../figures/use-comparison.ts';
import { ComparedModel } from './compared-model.tsx';
import { useListed } from './use-listed.ts';

interface PairProps {
  /** Of the task. */
  readonly classes: readonly string[];
  readonly champion: string | null;
  /** Null also where it is the champion. */
  readonly candidate: string | null;
  /** Those that were read; undefined: not yet. */
  readonly models: readonly ListedModel[] | undefined;
}

const served = (model: ModelDetails | undefined) => {
  const facts = model && modelFacts(model.manifest);
  return facts?.int8 ?? facts?.float32 ?? null;
};

/** Champion and candidate side by side, and on the same test samples. */
export function Pair({ classes, champion, candidate, models }: PairProps) {
  const useModel = (digest: string | null) =>
    useResource<ModelDetails>(digest && path`/api/models/${digest}`, { on: ['job.changed'] });
  const [first, second] = [useModel(champion), useModel(candidate)];
  const [listed, listedSecond] = [useListed(champion, models), useListed(candidate, models)];
  const figures = (common?: ModelComparison) =>
    second.value && champion ? pairedFigures(second.value, champion, common, classes) : null;
  // The gate's figures are of more samples: where there are any, nothing else is read.
  const judged = figures();
  const common = useComparison(judged ? undefined : second.value, first.value);
  const paired = judged ?? figures(common.value);
  const from = barBegin([served(first.value), served(second.value)]);
  const problem = first.problem ?? second.problem;
  const compared = (model: ModelDetails | undefined, known: ListedModel | undefined) => ({
    model,
    from,
    champion,
    devices: known?.devices ?? null,
    dataset: known?.datasetVersion ?? null,
  });
  return (
    <>
      {problem && <ErrorNote what="The models were not read." error={problem} />}
      <div class="models-pair">
        {champion && <ComparedModel title="Champion" {...compared(first.value, listed)} />}
        {candidate ? (
          <ComparedModel title="Candidate" {...compared(second.value, listedSecond)} />
        ) : (
          <Section title="Candidate">
            <p class="caption">
              None waits. What a training makes is candidate when it passes the gate: better than
              the champion on the same test samples, more than chance gives.
            </p>
          </Section>
        )}
      </div>
      {champion && candidate && (
        <Section title="On the same test samples">
          <div class="models-paired">
            {paired && (
              <>
                <PairedSummary paired={paired} own="candidate" other="champion" />
                <ClassTable
                  caption="How many of each class champion and candidate found"
                  own="Candidate"
                  other="Champion"
                  rows={paired.classes}
                  classes={classes}
                />
              </>
            )}
            {!paired && common.untested && (
              <p class="caption">
                They can not be compared: one of the packages has no test samples.
              </p>
            )}
            {!paired && common.problem && (
              <p class="caption">They can not be compared: {common.problem.message}</p>
            )}
            {!paired && common.value && (
              <p class="caption">No sample was on the test sides of both.</p>
            )}
          </div>
        </Section>
      )}
      <Section title="Confusion">
        <div class="models-pair">
          {[
            { name: 'Champion', model: first.value },
            { name: 'Candidate', model: second.value },
          ].map(
            ({ name, model }) =>
              model && (
                <ConfusionMatrix
                  key={name}
                  caption={`${name}, on its test side`}
                  classes={model.manifest.classes}
                  taskClasses={classes}
                  matrix={served(model)?.confusion ?? []}
                  hrefOf={(truth, predicted) =>
                    withQuery(path`/models/${model.digest}`, { truth, predicted })
                  }
                />
              ),
          )}
        </div>
      </Section>
    </>
  );
}
