import type { CameraId } from '@edgeloop/protocol';

/** Sends one state; resolves when the broker took it. */
type SendState<State> = (camera: CameraId, state: State) => Promise<void>;

/**
 * The newest state of each camera: one on its way, one waiting, and whatever is older than that is
 * of no interest.
 */
export class StatePublisher<State> {
  readonly #send: SendState<State>;
  readonly #states = new Map<CameraId, State>();
  readonly #unsent = new Set<CameraId>();
  readonly #busy = new Set<CameraId>();
  #connected = false;

  constructor(send: SendState<State>) {
    this.#send = send;
  }

  set(camera: CameraId, state: State): void {
    this.#states.set(camera, state);
    this.#unsent.add(camera);
    this.#pump(camera);
  }

  /** Publishes the current state of every camera: a broker may have forgotten. */
  connected(): void {
    this.#connected = true;
    for (const camera of this.#states.keys()) {
      this.#unsent.add(camera);
      this.#pump(camera);
    }
  }

  disconnected(): void {
    this.#connected = false;
  }

  #pump(camera: CameraId): void {
    const state = this.#states.get(camera);
    const free = this.#connected && this.#unsent.has(camera) && !this.#busy.has(camera);
    if (!free || state === undefined) return;
    this.#unsent.delete(camera);
    this.#busy.add(camera);
    this.#send(camera, state).then(
      () => {
        this.#busy.delete(camera);
        this.#pump(camera);
      },
      () => {
        // The next connection, or the next state, tries again: at once it would fail at once.
        this.#busy.delete(camera);
        this.#unsent.add(camera);
      },
    );
  }
}
