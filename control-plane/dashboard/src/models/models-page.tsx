import { useParams } from 'wouter-preact';
import { ModelPage } from './model/model-page.tsx';
import './models.css';
import { Overview } from './overview/overview.tsx';

/** All versions of a task, or one of them. */
export function ModelsPage() {
  const { digest } = useParams<{ digest?: string }>();
  return digest === undefined ? <Overview /> : <ModelPage key={digest} digest={digest} />;
}
