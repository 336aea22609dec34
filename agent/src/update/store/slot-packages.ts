import { type LoadedPackage, loadPackage, packageDigest } from '@edgeloop/onnx';
import { ProtocolError, type Sha256 } from '@edgeloop/protocol';
import type { SlotConfig } from '../../config/config.ts';
import type { InstallStore } from './install-store.ts';

/**
 * Where the packages of a slot are: agent.yaml's own, which is never removed, and those that
 * updates brought.
 */
export class SlotPackages {
  readonly #config: SlotConfig;
  readonly #store: InstallStore;
  #fallback: Sha256 | null = null;

  constructor(config: SlotConfig, store: InstallStore) {
    this.#config = config;
    this.#store = store;
  }

  /**
   * Digest of the package that agent.yaml names. Its files are not looked at.
   * @throws ProtocolError `PACKAGE_FILE_MISSING`
   */
  async findFallback(): Promise<Sha256> {
    this.#fallback = await packageDigest(this.#config.package);
    return this.#fallback;
  }

  isFallback(model: Sha256): boolean {
    return model === this.#fallback;
  }

  folderOf(model: Sha256): string {
    return this.isFallback(model) ? this.#config.package : this.#store.folderOf(model);
  }

  /** @throws ProtocolError `PACKAGE_…`: it is not on disk, or not as it should be */
  async load(model: Sha256): Promise<LoadedPackage> {
    const folder = this.folderOf(model);
    const extent = this.isFallback(model) ? 'whole' : 'variant';
    const loaded = await loadPackage(folder, this.#config.variant, extent);
    if (loaded.digest === model) return loaded;
    throw new ProtocolError(
      'PACKAGE_FILE_ALTERED',
      `Expected package ${model} in ${folder}, received ${loaded.digest}. It was replaced by another, or damaged.`,
    );
  }
}
