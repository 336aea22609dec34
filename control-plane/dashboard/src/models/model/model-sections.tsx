import type { JobView } from '../../../../src/resources/job.ts';
import type { ModelDetails, ModelLatency, ModelLineage } from '../../../../src/resources/model.ts';
import { path } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page.tsx';
import { Accuracy, barBegin } from '../figures/accuracy.tsx';
import { ClassTable } from '../figures/class-table.tsx';
import { modelFacts } from '../figures/model-facts.ts';
import { TrainingCurves } from '../figures/training-curves.tsx';
import { VerdictList } from '../figures/verdict-list.tsx';
import { AgainstOther } from './against-other.tsx';
import { ConfusionSection } from './confusion-section.tsx';
import { FormTable } from './form-table.tsx';
import { LineageLine } from './lineage-line.tsx';

interface ModelSectionsProps {
  readonly model: ModelDetails;
  /** Of the task. */
  readonly classes: readonly string[];
  readonly champion: string | null;
}

/** What there is to say of one version, the figures first. */
export function ModelSections({ model, classes, champion }: ModelSectionsProps) {
  const { digest, manifest, gate, job: jobId } = model;
  const latency = useResource<ModelLatency>(path`/api/models/${digest}/latency`);
  const lineage = useResource<ModelLineage>(path`/api/models/${digest}/lineage`);
  const job = useResource<JobView>(jobId ? path`/api/jobs/${jobId}` : null);
  const facts = modelFacts(manifest);
  const served = facts.int8 ?? facts.float32;
  return (
    <>
      <div class="model-columns">
        <Section title="Accuracy">
          <Accuracy facts={served} from={barBegin([served])} />
          <FormTable facts={facts} manifest={manifest} latency={latency.value} />
        </Section>
        {served && (
          <Section title="By class">
            <ClassTable
              caption="How many of each class were found"
              own={facts.int8 ? 'INT8' : 'FP32'}
              other={facts.int8 && facts.float32 ? 'FP32' : null}
              rows={served.classes
                .map(({ name, samples, right }, i) => ({
                  name,
                  samples,
                  right,
                  otherRight: facts.float32?.classes[i]?.right ?? null,
                }))
                .sort((a, b) => classes.indexOf(a.name) - classes.indexOf(b.name))}
              classes={classes}
            />
          </Section>
        )}
      </div>
      {model.state === 'registered' && served && <AgainstOther {...{ model, champion, classes }} />}
      {served && <ConfusionSection {...{ model, classes }} matrix={served.confusion} />}
      <div class="model-columns">
        {gate && (
          <Section title="What the gate said">
            <VerdictList verdict={gate.verdict} />
          </Section>
        )}
        {jobId && (
          <Section title="Training">
            <div class="model-curves">
              {job.value && <TrainingCurves epochs={job.value.epochs} />}
              {job.problem && (
                <p class="caption">Its job is not known here: {job.problem.message}</p>
              )}
            </div>
          </Section>
        )}
      </div>
      <Section title="Where it comes from, where it runs">
        {lineage.problem && (
          <ErrorNote
            what="The lineage was not read."
            error={lineage.problem}
            retry={lineage.reload}
          />
        )}
        <div class="model-lineage">
          {lineage.value && <LineageLine lineage={lineage.value} model={model} />}
        </div>
      </Section>
    </>
  );
}
