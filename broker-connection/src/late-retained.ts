/**
 * Retained messages come soon after a subscription; so long after the last of them no more are
 * waited for, in ms.
 */
const SOON = 60_000;

/**
 * Tells a retained message that comes after a newer one of its topic. A broker may read what it
 * retains, and send what is said meanwhile first: who took the last for the newest would believe
 * what was said before, for as long as nobody speaks again. [MQTT-3.3.1-8, MQTT-3.3.1-9] Knows the
 * topics that were spoken of while retained messages come, and none after.
 */
export class LateRetained {
  readonly #spoken = new Set<string>();
  #until: number;

  /** @param now in ms, when it was subscribed */
  constructor(now: number) {
    this.#until = now + SOON;
  }

  /**
   * Of each message, in their order.
   * @param now in ms
   * @returns whether a newer one of its topic came before
   */
  isLate(topic: string, retained: boolean, now: number): boolean {
    if (now > this.#until) this.#spoken.clear();
    else if (!retained) this.#spoken.add(topic);
    if (!retained) return false;
    this.#until = Math.max(this.#until, now + SOON);
    return this.#spoken.has(topic);
  }
}
