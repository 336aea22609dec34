import {
  type Bytes,
  type FileReference,
  MANIFEST_FILE,
  MANIFEST_SIGNATURE_FILE,
  type Manifest,
  variantFiles,
} from '@edgeloop/protocol';
import { UpdateError } from '../update-error.ts';

export interface FilePlan {
  readonly files: readonly FileReference[];
  readonly totalBytes: number;
}

export interface PlanOptions {
  readonly variant: string;
  readonly agentVersion: string;
  readonly packageBytes: Bytes;
}

/**
 * Which files of a signed package this device fetches: what its variant needs, no file of another
 * and no predictions.
 * @throws UpdateError `AGENT_TOO_OLD`, `PACKAGE_INVALID`, `PACKAGE_TOO_LARGE`
 */
export function planFiles(
  manifest: Manifest,
  { variant, agentVersion, packageBytes }: PlanOptions,
): FilePlan {
  const wanted = manifest.requires?.agent;
  if (wanted !== undefined && isOlder(agentVersion, wanted)) {
    const message = `Expected agent ${wanted} or later for ${manifest.name}, this is ${agentVersion}. Update the agent first.`;
    throw new UpdateError('AGENT_TOO_OLD', message, { retry: false });
  }
  const chosen = Object.hasOwn(manifest.variants, variant) ? manifest.variants[variant] : undefined;
  if (!chosen) {
    const names = Object.keys(manifest.variants).join(', ');
    throw invalid(`a variant ${variant}, received ${names}`);
  }
  const byPath = new Map<string, FileReference>();
  for (const file of variantFiles(manifest, chosen)) {
    const same = byPath.get(file.path);
    if (same && (same.sha256 !== file.sha256 || same.bytes !== file.bytes)) {
      throw invalid(`one file ${file.path}, received two`);
    }
    byPath.set(file.path, file);
  }
  checkNames([...byPath.keys(), MANIFEST_FILE, MANIFEST_SIGNATURE_FILE]);
  const files = [...byPath.values()];
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (totalBytes <= packageBytes) return { files, totalBytes };
  const message = `Expected at most ${packageBytes} bytes of a package, received ${totalBytes} in ${manifest.name}. Allow more with updates.maxPackage in agent.yaml, or make a smaller model.`;
  throw new UpdateError('PACKAGE_TOO_LARGE', message, { retry: false });
}

/** None stands in place of another, or of a folder that another is in. */
function checkNames(paths: readonly string[]): void {
  const taken = new Set<string>();
  for (const path of [...paths].sort()) {
    const parts = path.split('/');
    const folders = parts.map((_part, i) => parts.slice(0, i + 1).join('/'));
    const clash = folders.find((name) => taken.has(name));
    if (clash !== undefined) throw invalid(`${clash} once, received ${path} as well`);
    taken.add(path);
  }
}

function invalid(expected: string): UpdateError {
  return new UpdateError('PACKAGE_INVALID', `Expected of the manifest ${expected}.`, {
    retry: false,
  });
}

/**
 * Versions `1.2.3`; of a longer one, as of a build between releases, what follows is passed over.
 */
function isOlder(version: string, than: string): boolean {
  const [own, wanted] = [version, than].map((text) => text.split(/[.+-]/, 3).map(Number));
  const at = own!.findIndex((part, i) => part !== wanted![i]);
  return at >= 0 && !((own![at] as number) > (wanted![at] as number));
}
