/** aedes-persistence ships its suite without types. */
declare module 'aedes-persistence/abstract.js' {
  interface Suite {
    readonly test: (
      name: string,
      run: (context: import('node:test').TestContext) => unknown,
    ) => unknown;
    readonly testAsync: true;
    readonly persistence: () => Promise<unknown>;
  }
  function abstractPersistence(suite: Suite): void;
  export = abstractPersistence;
}
