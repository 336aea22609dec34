/**
 * Messages that are of no use twice, but should not get lost for a broker that is away: in order,
 * one on its way.
 */
export class MessageQueue<Message> {
  readonly #send: (message: Message) => Promise<void>;
  readonly #bound: number;
  #waiting: Message[] = [];
  #connected = false;
  #busy = false;

  /**
   * @param send Resolves when the broker took it.
   * @param bound Of what waits; the oldest is dropped for one more.
   */
  constructor(send: (message: Message) => Promise<void>, bound: number) {
    this.#send = send;
    this.#bound = bound;
  }

  add(message: Message): void {
    this.#waiting = [...this.#waiting, message].slice(-this.#bound);
    this.#pump();
  }

  connected(): void {
    this.#connected = true;
    this.#pump();
  }

  disconnected(): void {
    this.#connected = false;
  }

  #pump(): void {
    const [message] = this.#waiting;
    if (!this.#connected || this.#busy || message === undefined) return;
    this.#busy = true;
    this.#send(message).then(
      () => {
        this.#busy = false;
        this.#waiting = this.#waiting.filter((waiting) => waiting !== message);
        this.#pump();
      },
      () => {
        // The next connection tries again.
        this.#busy = false;
        this.#connected = false;
      },
    );
  }
}
