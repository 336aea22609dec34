import type {
  ConfigurationVersion,
  ConfigurationView,
} from '../../../../src/resources/configuration.ts';
import { api, isProblem } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { plural } from '../../ui/format.ts';
import type { Look } from './drawing.ts';
import { type HeldConfiguration, readHeld } from './held-configuration.ts';
import type { Settings } from './look-settings.ts';

/**
 * Saves what was drawn, as another version of the configuration that has the device's own name, for
 * that device alone. After a failure it may be asked again: a version that was made is not made
 * once more.
 */
export class LookSaving {
  readonly #device: string;
  readonly #camera: string;
  /** The newest version of the device's own when one began to draw; 0: none. */
  readonly #before: number;
  /** How the camera looked then. */
  readonly #begun: Look;
  #held: HeldConfiguration;

  constructor(device: string, camera: string, held: HeldConfiguration) {
    this.#device = device;
    this.#camera = camera;
    this.#before = held.newest ?? 0;
    this.#begun = held.look;
    this.#held = held;
  }

  /** As it was read last: what the next save is put over. */
  get held(): HeldConfiguration {
    return this.#held;
  }

  /**
   * @param over the settings that held so far, with what was drawn in them
   * @throws Problem; Error where somebody gave the device another configuration meanwhile: nothing
   * has changed on it, and the next save is put over that
   */
  async save(over: (settings: Settings) => Settings): Promise<void> {
    const version = await this.#versionWith(over(this.#held.version?.settings ?? {}));
    const { etag: ifMatch } = this.#held;
    try {
      await api.put(path`/api/devices/${this.#device}/configuration`, { version }, { ifMatch });
    } catch (error) {
      if (!isProblem(error, 'PRECONDITION_FAILED')) throw error;
      this.#held = await readHeld(this.#device, this.#camera);
      // It was this, whose answer got lost.
      if (this.#held.assigned?.version === version) return;
      throw new Error(this.#overtaken(), { cause: error });
    }
  }

  /** One that was made since one began to draw, or another. */
  async #versionWith(settings: Settings): Promise<number> {
    const known = await api.get<{ configurations: readonly ConfigurationView[] }>(
      '/api/configurations',
    );
    const configuration = this.#device;
    const own = known.configurations.find((each) => each.configuration === configuration);
    const change = { settings, note: `What ${this.#camera} looks at` };
    if (!own) {
      const asked = { configuration, ...change };
      return (await api.post<ConfigurationView>('/api/configurations', asked)).newest.version;
    }
    const { newest } = own;
    const isMade = JSON.stringify(newest.settings) === JSON.stringify(settings);
    // An older one the device may have refused: it does not try that again.
    if (newest.version > this.#before && isMade) return newest.version;
    const versions = path`/api/configurations/${configuration}/versions`;
    return (await api.post<ConfigurationVersion>(versions, change)).version;
  }

  #overtaken(): string {
    const { assigned, version } = this.#held;
    const name = version ? `${version.configuration} ${version.version}` : 'its agent.yaml alone';
    const who = assigned ? `${assigned.source} gave` : 'Somebody gave';
    return `${who} ${this.#device} another configuration meanwhile: ${name}. ${this.#replaced()}`;
  }

  #replaced(): string {
    const { look } = this.#held;
    if (JSON.stringify(this.#begun) === JSON.stringify(look)) {
      return 'Save it again to put what you drew over that.';
    }
    const known = this.#begun.masks.map((mask) => JSON.stringify(mask));
    const more = look.masks.filter((mask) => !known.includes(JSON.stringify(mask))).length;
    const [hides, shows] =
      more > 0 ? [`, and hides ${plural(more, 'more area')}`, ', and show that again'] : ['', ''];
    return `With that ${this.#camera} looks otherwise than what you began from${hides}. Save it again to put what you drew in its place${shows}, or close this and begin from that.`;
  }
}
