import type { DevicePage } from '../../../../src/resources/device.ts';
import type { ModelPage } from '../../../../src/resources/model.ts';
import type { TaskView } from '../../../../src/resources/task.ts';
import { useResource } from '../../api/use-resource.ts';
import type { Suggestions } from './filter-bar.tsx';

const distinct = (names: readonly string[]) => [...new Set(names)].sort();

/** What one may look for, as far as a page of each list tells; anything else may be typed. */
export function useSuggestions(tasks: readonly TaskView[]): Suggestions {
  const devices = useResource<DevicePage>('/api/devices?limit=1000').value?.devices ?? [];
  const models = useResource<ModelPage>('/api/models?limit=200').value?.models ?? [];
  return {
    sites: distinct(devices.map(({ site }) => site)),
    devices: devices.map(({ device }) => device),
    labels: distinct(tasks.flatMap(({ classes }) => classes)),
    models,
  };
}
