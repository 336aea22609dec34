import { Link } from 'wouter-preact';
import type { JobView } from '../../../../src/resources/job.ts';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { Fact } from '../../ui/fact.tsx';
import { duration, shortDigest } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import './job-facts.css';
import { jobInWords } from './job-words.ts';

/** Who asked for it, what it trains on and with. */
export function JobFacts({ job }: { job: JobView }) {
  const { trigger, createdAt, startedAt, endedAt, trainer, attempts, maxAttempts, init } = job;
  const { kind, text } = jobInWords(job);
  return (
    <dl class="job-facts">
      <Fact name="State">
        <State kind={kind}>{text}</State>
      </Fact>
      <Fact name="Why">
        {trigger.reason} <Ago at={createdAt} />
      </Fact>
      <Fact name="Begins from">
        {init.kind === 'model' ? (
          <Link href={path`/models/${init.package}`}>
            <code>{shortDigest(init.package)}</code>
          </Link>
        ) : init.kind === 'weights' ? (
          `the weights ${init.name}`
        ) : (
          'random weights'
        )}
      </Fact>
      <Fact name="Recipe">{recipeInWords(job.recipe)}</Fact>
      <Fact name="Trainer">
        {trainer ?? 'none yet'}
        {attempts > 1 && ` (attempt ${attempts} of ${maxAttempts})`}
      </Fact>
      {startedAt && endedAt && (
        <Fact name="Took">{duration(Date.parse(endedAt) - Date.parse(startedAt))}</Fact>
      )}
      {job.checkpointAt && (
        <Fact name="Checkpoint">
          <Ago at={job.checkpointAt} />
        </Fact>
      )}
    </dl>
  );
}

function recipeInWords(recipe: JobView['recipe']): string {
  const said = Object.entries(recipe).map(([name, value]) => `${name} ${value}`);
  return said.length === 0 ? "the trainer's defaults" : said.join(', ');
}
