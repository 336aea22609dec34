/** What a device has on disk, in memory: it survives that the device starts again. */
export class MemoryFile<Value> {
  #value: Value | null = null;

  async read(): Promise<Value | null> {
    return this.#value;
  }

  async write(value: Value): Promise<void> {
    this.#value = value;
  }
}
