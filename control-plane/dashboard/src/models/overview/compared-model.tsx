import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { ModelDetails, ModelLatency } from '../../../../src/resources/model.ts';
import { path } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { may } from '../../session/session-state.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact } from '../../ui/fact.tsx';
import { bytes, plural, shortDigest } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { Accuracy } from '../figures/accuracy.tsx';
import { modelFacts } from '../figures/model-facts.ts';
import { VerdictList } from '../figures/verdict-list.tsx';
import { ChampionDialog } from '../model/champion-dialog.tsx';
import { lossInWords, milliseconds } from '../model/form-table.tsx';

interface ComparedModelProps {
  readonly title: string;
  readonly model: ModelDetails | undefined;
  /** Where the bar of its accuracy begins. */
  readonly from: number;
  readonly champion: string | null;
  /** That run it; null: not known yet. */
  readonly devices: number | null;
  /** Number of the version that it was trained on; null: it is from elsewhere. */
  readonly dataset: number | null;
}

/** One of two models that stand side by side. */
export function ComparedModel({ title, model, from, champion, ...more }: ComparedModelProps) {
  const [asked, setAsked] = useState(false);
  if (!model) {
    return (
      <Section title={title}>
        <div class="models-compared" />
      </Section>
    );
  }
  const { digest, gate } = model;
  const facts = modelFacts(model.manifest);
  return (
    <Section
      title={title}
      actions={
        may('operator') &&
        digest !== champion && <Button onClick={() => setAsked(true)}>Make champion…</Button>
      }
    >
      <div class="models-compared">
        <p>
          <Link href={path`/models/${digest}`} class="strong">
            {model.name} <code>{shortDigest(digest)}</code>
          </Link>{' '}
          <span class="caption">
            made <Ago at={model.createdAt} />
          </span>
        </p>
        <Accuracy facts={facts.int8 ?? facts.float32} from={from} />
        <Facts model={model} facts={facts} {...more} />
        {gate && (
          <details>
            <summary>
              <State kind={gate.verdict.passed ? 'good' : 'warn'}>
                {gate.verdict.passed ? 'Passed the gate' : 'Not let through by the gate'}
              </State>
            </summary>
            <VerdictList verdict={gate.verdict} />
          </details>
        )}
      </div>
      {asked && <ChampionDialog {...{ model, champion }} onClose={() => setAsked(false)} />}
    </Section>
  );
}

function Facts({
  model,
  facts,
  devices,
  dataset,
}: Pick<ComparedModelProps, 'devices' | 'dataset'> & {
  model: ModelDetails;
  facts: ReturnType<typeof modelFacts>;
}) {
  const latency = useResource<ModelLatency>(path`/api/models/${model.digest}/latency`);
  const measured = latency.value && latency.value.frames > 0;
  return (
    <dl class="models-facts">
      <Fact name="INT8 against FP32">{lossInWords(facts)}</Fact>
      <Fact name="Size">
        {bytes(facts.bytes.int8)}
        {facts.bytes.float32 !== null && (
          <span class="caption"> FP32 {bytes(facts.bytes.float32)}</span>
        )}
      </Fact>
      <Fact name="An inference">
        {measured ? (
          <>
            {milliseconds(latency.value?.p50)}
            <span class="caption"> 95th percentile {milliseconds(latency.value?.p95)}</span>
          </>
        ) : (
          <span class="caption">no device has run it yet</span>
        )}
      </Fact>
      <Fact name="Runs on">{devicesInWords(devices)}</Fact>
      <Fact name="Trained on">
        {dataset === null
          ? plural(model.manifest.metrics?.samples.train ?? 0, 'picture')
          : `dataset version ${dataset}`}
      </Fact>
    </dl>
  );
}

function devicesInWords(devices: number | null): string {
  if (devices === null) return '–';
  return devices === 0 ? 'no device' : plural(devices, 'device');
}
