/**
 * Makes items while earlier ones are used: at most `most` wait, from the call on. One after
 * another, in order. Whoever stops early leaves those to be forgotten.
 */
export function ahead<T>(source: AsyncGenerator<T>, most: number): AsyncIterableIterator<T> {
  const waiting: Promise<IteratorResult<T>>[] = [];
  const ask = () => {
    const next = source.next();
    // Whoever stops early never awaits it; its failure must not end the process.
    next.catch(() => {});
    waiting.push(next);
  };
  for (let i = 0; i < most; i++) ask();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      ask();
      return (await waiting.shift()) as IteratorResult<T>;
    },
    async return() {
      // Behind what is being made: not waited for.
      void source.return(undefined).catch(() => {});
      return { done: true, value: undefined };
    },
  };
}
